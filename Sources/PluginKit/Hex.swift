/// Lower-case hexadecimal text.
public enum Hex {
  private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }

  /// Two digits a byte, with `separator` between the bytes.
  public static func text(_ bytes: [UInt8], separator: UInt8? = nil) -> String {
    var out: [UInt8] = []
    for (index, byte) in bytes.enumerated() {
      if index > 0, let separator { out.append(separator) }
      out.append(digit(byte >> 4))
      out.append(digit(byte & 15))
    }
    return String(decoding: out, as: UTF8.self)
  }

  /// A number without leading zeros.
  public static func short(_ number: UInt32) -> String {
    var out: [UInt8] = []
    for shift in stride(from: 28, through: 0, by: -4) {
      let value = UInt8(truncatingIfNeeded: number >> UInt32(shift)) & 15
      if value != 0 || !out.isEmpty || shift == 0 { out.append(digit(value)) }
    }
    return String(decoding: out, as: UTF8.self)
  }
}
