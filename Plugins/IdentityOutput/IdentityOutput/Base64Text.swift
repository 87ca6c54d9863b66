/// Base64 with padding (RFC 4648 section 4).
enum Base64Text {
  static func isAllowed(_ byte: UInt8) -> Bool { digit(byte) != nil || byte == 0x3D }

  /// The bytes behind `text`; nil when it is not exactly one padded base64 value.
  static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    guard !text.isEmpty, text.count % 4 == 0 else { return nil }
    var bytes: [UInt8] = []
    var pending: UInt32 = 0
    var padding = 0
    for (count, byte) in text.enumerated() {
      if let digit = digit(byte), padding == 0 {
        pending = pending << 6 | digit
      } else {
        // Only the last group is padded, with one or two signs.
        guard byte == 0x3D, count + 2 >= text.count else { return nil }
        pending <<= 6
        padding += 1
      }
      if count % 4 == 3 {
        for shift: UInt32 in [16, 8, 0] {
          bytes.append(UInt8(truncatingIfNeeded: pending >> shift))
        }
        pending = 0
      }
    }
    bytes.removeLast(padding)
    return bytes
  }

  private static func digit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 0x41...0x5A: UInt32(byte - 0x41)
    case 0x61...0x7A: UInt32(byte - 0x61 + 26)
    case 0x30...0x39: UInt32(byte - 0x30 + 52)
    case 0x2B: 62
    case 0x2F: 63
    default: nil
    }
  }
}
