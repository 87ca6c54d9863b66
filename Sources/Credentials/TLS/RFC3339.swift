import FoundationEssentials

/// Moments as certificates spell them: `2026-01-31T12:00:00Z`.
enum RFC3339 {
  static func text(_ seconds: UnixSeconds) -> String {
    Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
  }

  static func seconds(_ text: String) -> UnixSeconds? {
    guard text.utf8.count <= 40, let date = try? Date(text, strategy: .iso8601) else { return nil }
    return UnixSeconds(exactly: date.timeIntervalSince1970.rounded(.down))
  }
}
