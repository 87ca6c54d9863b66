/// Textual encoding of keys and certificates (RFC 7468).
enum PEM {
  private static let alphabet = [UInt8](
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func text(_ label: String, _ der: [UInt8]) -> String {
    var lines: [UInt8] = []
    var column = 0
    for start in stride(from: 0, to: der.count, by: 3) {
      let rest = der.count - start
      let group =
        UInt32(der[start]) << 16 | (rest > 1 ? UInt32(der[start + 1]) << 8 : 0)
        | (rest > 2 ? UInt32(der[start + 2]) : 0)
      for (index, shift) in ([18, 12, 6, 0] as [UInt32]).enumerated() {
        lines.append(index <= rest ? alphabet[Int(group >> shift & 63)] : 0x3D)
      }
      column += 4
      if column == 64 || rest <= 3 {
        lines.append(0x0A)
        column = 0
      }
    }
    return "-----BEGIN " + label + "-----\n" + String(decoding: lines, as: UTF8.self) + "-----END "
      + label + "-----\n"
  }
}
