import Documents

/// A small deterministic generator (SplitMix64), so that a failing case has a number.
struct Seeded: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  /// Text that is likely to upset a reader: indicators, blanks, line breaks, look-alikes, all planes.
  mutating func text() -> String {
    let hard = [
      "", " ", "\n", "\t", "- ", ": ", ":", " #", "#", "'", "\"", "\\", "|", ">", "&", "*", "!",
      "%",
      "@", "`", "{", "}", "[", "]", ",", "?", "---", "...", "null", "true", "~", "yes", "<<", "=",
      "0", "12", "0x1f", "0o7", "1.5", ".inf", "1e3", "-", "+1", "2001-01-01", "12:30:45", "1_000",
      "a", "key", "é", "\u{1F600}", "\u{85}", "\u{2028}", "\u{FEFF}", "\u{0}", "\u{1B}", "\r",
      "\u{7F}",
      "\u{A0}", "\u{FFFF}", "\u{10FFFF}", "/var/lib", "example.com:443", "10.0.0.1", "a b",
    ]
    var result = ""
    for _ in 0..<below(5) { result += hard[below(hard.count)] }
    return result
  }

  mutating func node(depth: Int = 4) -> Node {
    switch below(depth > 0 ? 8 : 5) {
    case 0: return .null
    case 1: return .flag(below(2) == 0)
    case 2: return .integer(Int64(bitPattern: next()) >> Int64(below(64)))
    case 3, 4: return .text(text())
    case 5, 6:
      var node = Node(.map([]))
      for _ in 0..<below(4) { node = node.setting(text(), self.node(depth: depth - 1)) }
      return node
    default:
      return .array((0..<below(4)).map { _ in node(depth: depth - 1) })
    }
  }
}
