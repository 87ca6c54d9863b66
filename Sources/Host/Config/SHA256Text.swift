/// SHA-256 digests as people write them.
enum SHA256Text {
  static let prefix = "sha256:"

  /// 64 lower-case hex digits from `sha256:<hex>` or, where that is allowed, `<hex>`; nil otherwise.
  static func digits(_ text: String, needsPrefix: Bool = false) -> String? {
    let lower = text.lowercased()
    let isPrefixed = lower.hasPrefix(prefix)
    guard isPrefixed || !needsPrefix else { return nil }
    let digits = isPrefixed ? lower.dropFirst(prefix.utf8.count) : lower[...]
    let isHex = digits.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x61...0x66).contains($0)
    }
    return digits.utf8.count == 64 && isHex ? String(digits) : nil
  }
}
