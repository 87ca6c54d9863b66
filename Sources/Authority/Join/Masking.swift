/// Hides what may be a secret.
enum Masking {
  /// The last quarter of a token name behind asterisks; nothing of it when it is short, or so long that
  /// no token can have it.
  static func token(_ name: String) -> String {
    let count = name.count
    guard count >= 16 else { return String(repeating: "*", count: count) }
    guard name.utf8.count <= 255 else { return "*** (\(count) characters)" }
    let hidden = count * 3 / 4
    return String(repeating: "*", count: hidden) + name.suffix(count - hidden)
  }
}
