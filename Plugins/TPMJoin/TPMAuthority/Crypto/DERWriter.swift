/// Writes the few DER elements that keys and signatures are made of.
enum DERWriter {
  /// - Parameter content: at most 65535 bytes; keys and signatures are far below.
  static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
    var out = [tag]
    let count = content.count
    if count > 0xFF {
      out += [0x82, UInt8(truncatingIfNeeded: count >> 8)]
    } else if count > 0x7F {
      out.append(0x81)
    }
    out.append(UInt8(truncatingIfNeeded: count))
    return out + content
  }

  static func sequence(_ content: [UInt8]...) -> [UInt8] {
    var all: [UInt8] = []
    for part in content { all += part }
    return element(0x30, all)
  }

  /// An INTEGER of a big-endian magnitude, which may have leading zeros.
  static func integer(_ magnitude: [UInt8]) -> [UInt8] {
    var digits = [UInt8](magnitude.drop { $0 == 0 })
    if (digits.first ?? 0xFF) >= 0x80 { digits.insert(0, at: 0) }
    return element(0x02, digits)
  }

  static func bits(_ content: [UInt8]) -> [UInt8] { element(0x03, [0] + content) }
}
