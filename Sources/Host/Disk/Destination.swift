import PluginHost

/// Where the files of one output go. Calls block until what they promise is durable.
protocol Destination: Sendable {
  /// Proves, before anything is asked of the authority, that a set of files can be written; finishes or
  /// forgets what a killed process began.
  func check() throws(RecordError)

  /// Replaces the whole set of files by another: all of them or none.
  func writeAll(_ artifacts: [Artifact]) throws(RecordError)
}
