/// Public keys as authorized_keys lines, compared by their key and not by their text.
public enum AuthorizedKey {
  /// Whether two lines name the same key: equal type and base64, whatever comment follows.
  public static func same(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    guard let a = key(a), let b = key(b) else { return false }
    return a == b
  }

  /// Type and base64 joined by one space; nil when the line has fewer than two words.
  public static func key(_ line: [UInt8]) -> [UInt8]? {
    let words = line.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
    guard words.count >= 2 else { return nil }
    return [UInt8](words[0]) + [0x20] + [UInt8](words[1])
  }
}
