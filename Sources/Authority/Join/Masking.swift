import Documents

/// Hides what may be a secret.
enum Masking {
  /// The last quarter of a token name behind asterisks; nothing of it when it is short
  /// (joining.md B.6).
  static func token(_ name: String) -> String {
    let count = name.count
    guard count >= 16 else { return String(repeating: "*", count: count) }
    let hidden = count * 3 / 4
    return String(repeating: "*", count: hidden) + String(name.suffix(count - hidden)).excerpt
  }
}
