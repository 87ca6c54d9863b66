/// Base64 of RFC 4648, strict: no whitespace, no stray bits, padding exactly as the alphabet asks.
///
/// The decoder runs on text from strangers; it allocates at most three quarters of its input.
enum Base64 {
  private static let standard = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let urlSafe = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  /// Padded, with the standard alphabet.
  static func encode(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    var text = encode(bytes, alphabet: standard)
    while text.count % 4 != 0 {
      text.append(UInt8(ascii: "="))
    }
    return text
  }

  /// Unpadded, with the URL alphabet (RFC 7515 section 2).
  static func encodeURL(_ bytes: some Sequence<UInt8>) -> String {
    String(decoding: encode(bytes, alphabet: urlSafe), as: UTF8.self)
  }

  private static func encode(_ bytes: some Sequence<UInt8>, alphabet: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.underestimatedCount * 4 / 3 + 4)
    var buffer: UInt32 = 0
    var bits = 0
    for byte in bytes {
      buffer = (buffer << 8) | UInt32(byte)
      bits += 8
      while bits >= 6 {
        bits -= 6
        text.append(alphabet[Int((buffer >> UInt32(bits)) & 63)])
      }
    }
    if bits > 0 {
      text.append(alphabet[Int((buffer << UInt32(6 - bits)) & 63)])
    }
    return text
  }

  /// Decodes padded text of the standard alphabet.
  ///
  /// - Returns: nil when a character, the padding or the unused bits are wrong.
  static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
    let length = text.count
    guard length % 4 == 0 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(length / 4 * 3)
    var buffer: UInt32 = 0
    var bits = 0
    var padding = 0
    for character in text {
      if character == UInt8(ascii: "=") {
        padding += 1
        continue
      }
      guard padding == 0, let value = value(of: character) else { return nil }
      buffer = (buffer << 6) | value
      bits += 6
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
      }
    }
    let unused = buffer & ((1 << UInt32(bits)) - 1)
    guard unused == 0, bits == padding * 2, padding <= 2 else { return nil }
    return bytes
  }

  private static func value(of character: UInt8) -> UInt32? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
