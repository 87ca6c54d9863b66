/// Durations as Go writes them: `90s`, `20m`, `1h30m`, `1.5h`, `500ms`.
public enum GoDuration {
  private static let units: [(name: String, nanoseconds: Double)] = [
    ("ns", 1), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9),
  ]

  /// Nanoseconds, or nil when the text is no duration or does not fit 64 bits.
  public static func nanoseconds(_ text: String) -> Int64? {
    var rest = text[...]
    var sign = 1.0
    if rest.first == "-" || rest.first == "+" {
      sign = rest.first == "-" ? -1 : 1
      rest = rest.dropFirst()
    }
    if rest == "0" { return 0 }
    guard !rest.isEmpty, text.utf8.count <= 64 else { return nil }
    var total = 0.0
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      guard let amount = Double(digits) else { return nil }
      rest = rest.dropFirst(digits.count)
      let word = rest.prefix { $0.isLetter }
      guard let unit = units.first(where: { $0.name == word }) else { return nil }
      rest = rest.dropFirst(word.count)
      total += amount * unit.nanoseconds
    }
    return Int64(exactly: (sign * total).rounded())
  }
}
