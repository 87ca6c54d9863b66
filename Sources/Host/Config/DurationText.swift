import Documents
import PluginHost

/// Durations of the file and the flags, in whole seconds.
enum DurationText {
  /// At least one second; fractions of a second are dropped. Nil, with a problem reported, otherwise.
  static func seconds(_ text: Placed<String>, report: inout ConfigReport) -> Placed<Int64>? {
    guard let nanoseconds = GoDuration.nanoseconds(text.value) else {
      report.refuse(
        text.place, "\(text.label) is no duration: \(text.value.excerpt)", hint: hint(text.value))
      return nil
    }
    let seconds = nanoseconds / 1_000_000_000
    guard seconds > 0 else {
      report.refuse(
        text.place, "\(text.label) must be at least one second, not \(text.value.excerpt)",
        hint: "write a duration such as 1h or 20m")
      return nil
    }
    return text.map { _ in seconds }
  }

  private static func hint(_ text: String) -> String {
    if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
      return "add a unit, such as \(text.prefix(16))s, or \(text.prefix(16))m for minutes"
    }
    if text.hasSuffix("d"), let days = Int64(text.dropLast()), (1...366).contains(days) {
      return "there is no unit for days; write \(days * 24)h"
    }
    return "write numbers with the units h, m and s, such as 1h30m"
  }

  /// Seconds in the form that is read back: 5400 is `1h30m`.
  static func text(_ seconds: Int64) -> String {
    let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")]
    let text = parts.filter { $0.0 != 0 }.map { "\($0.0)\($0.1)" }.joined()
    return text.isEmpty ? "0s" : text
  }
}
