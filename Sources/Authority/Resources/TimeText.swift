import FoundationEssentials

/// RFC 3339 times of resources and audit lines.
enum TimeText {
  static func text(_ seconds: Int64) -> String {
    Date(timeIntervalSince1970: TimeInterval(seconds)).formatted(.iso8601)
  }

  static func seconds(_ text: String) -> Int64? {
    let withFraction = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    guard let date = (try? Date(text, strategy: .iso8601)) ?? (try? withFraction.parse(text))
    else { return nil }
    return Int64(date.timeIntervalSince1970.rounded(.down))
  }
}
