/// What the operator says of plugins in `plugins:`.
struct PluginPolicy: Sendable, Equatable {
  /// Absolute path; nil for the directory of the installation.
  var directory: String?
  /// SHA-256 as 64 lower-case hex digits, by file name.
  var pins: [String: String] = [:]
  /// Whether a file without a pin is refused.
  var requiresPins = false
  /// How long one call into a join method, or one check of a self-test, may take.
  var callTimeoutSeconds: Int64 = 60

  var callTimeout: Duration { .seconds(callTimeoutSeconds) }
}
