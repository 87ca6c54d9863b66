import Documents

/// One key or certificate in the form of an authorized_keys line: type, base64, perhaps a comment.
struct SSHLine {
  let type: String
  let base64: String
  /// The whole line without a newline.
  let text: String

  /// Nil when `text` is not exactly one such line of printable characters.
  init?(_ text: String) {
    var bytes = [UInt8](text.utf8)
    while bytes.last == 0x0A { bytes.removeLast() }
    guard bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return nil }
    let fields = bytes.split(separator: 0x20, maxSplits: 2, omittingEmptySubsequences: false)
    guard fields.count >= 2, !fields[0].isEmpty, fields[0].count < 256,
      fields[0].allSatisfy(SSHLine.isTypeByte), let blob = Base64Text.decode(fields[1])
    else { return nil }
    // The blob names its type again, with the length in front (RFC 4253 section 6.6).
    guard blob.starts(with: [0, 0, 0, UInt8(fields[0].count)]),
      blob.dropFirst(4).starts(with: fields[0])
    else { return nil }
    type = String(decoding: fields[0], as: UTF8.self)
    base64 = String(decoding: fields[1], as: UTF8.self)
    self.text = String(decoding: bytes, as: UTF8.self)
  }

  /// Certificate types carry their version in the name (OpenSSH PROTOCOL.certkeys).
  var isCertificate: Bool {
    let suffix = [UInt8]("-cert-v01@openssh.com".utf8)
    return [UInt8](type.utf8).suffix(suffix.count).elementsEqual(suffix)
  }

  private static func isTypeByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x61...0x7A, 0x2D, 0x2E, 0x40: true
    default: false
    }
  }
}
