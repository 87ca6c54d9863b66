/// Base64 with padding (RFC 4648 section 4), as environment variables and JSON carry binary values.
public enum Base64 {
  public static func encode(_ bytes: [UInt8]) -> [UInt8] {
    var text = Base64URL.encode(bytes)
    for index in text.indices {
      switch text[index] {
      case 0x2D: text[index] = 0x2B
      case 0x5F: text[index] = 0x2F
      default: break
      }
    }
    while text.count % 4 != 0 { text.append(0x3D) }
    return text
  }

  /// The bytes, or nil for anything but canonical padded base64 without blanks and line breaks.
  public static func decode(_ text: [UInt8]) -> [UInt8]? {
    guard text.count % 4 == 0 else { return nil }
    var plain = text
    var padding = 0
    while padding < 2, plain.last == 0x3D {
      plain.removeLast()
      padding += 1
    }
    for index in plain.indices {
      switch plain[index] {
      case 0x2D, 0x5F: return nil
      case 0x2B: plain[index] = 0x2D
      case 0x2F: plain[index] = 0x5F
      default: break
      }
    }
    return Base64URL.decode(plain[...])
  }
}
