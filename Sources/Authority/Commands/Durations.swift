import PluginHost

/// Durations of command lines.
enum Durations {
  /// Whole seconds of a text such as `90m`; nil when it is none, or is not longer than zero.
  static func seconds(_ text: String) -> Int64? {
    guard let nanoseconds = GoDuration.nanoseconds(text), nanoseconds >= 1_000_000_000 else {
      return nil
    }
    return nanoseconds / 1_000_000_000
  }
}
