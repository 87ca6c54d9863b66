import PluginKit

/// Textual encoding of keys and certificates (RFC 7468).
enum PEM {
  static func text(_ label: String, _ der: [UInt8]) -> String {
    let encoded = Base64.encode(der)
    var lines: [UInt8] = []
    for start in stride(from: 0, to: encoded.count, by: 64) {
      lines += encoded[start..<min(start + 64, encoded.count)]
      lines.append(0x0A)
    }
    return "-----BEGIN " + label + "-----\n" + String(decoding: lines, as: UTF8.self) + "-----END "
      + label + "-----\n"
  }
}
