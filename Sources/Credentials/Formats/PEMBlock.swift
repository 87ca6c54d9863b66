/// One PEM block (RFC 7468): its label and the bytes between its lines.
public struct PEMBlock: Sendable, Equatable {
  /// The text after `BEGIN`, for example `CERTIFICATE`.
  public let label: String
  /// The decoded body, usually DER.
  public private(set) var bytes: [UInt8]

  /// A block to be written.
  public init(label: String, bytes: [UInt8]) {
    self.label = label
    self.bytes = bytes
  }

  /// The block as text: 64 columns, one newline at the end.
  public var text: String { String(decoding: encoded, as: UTF8.self) }

  /// The block as bytes of text, for callers that wipe them after use.
  public var encoded: [UInt8] {
    var body = Base64.encode(bytes)
    defer { body.wipe() }
    var text = Array("-----BEGIN \(label)-----\n".utf8)
    text.reserveCapacity(body.count + body.count / 64 + 2 * label.utf8.count + 40)
    var start = 0
    while start < body.count {
      let end = min(start + 64, body.count)
      text += body[start..<end]
      text.append(UInt8(ascii: "\n"))
      start = end
    }
    text += "-----END \(label)-----\n".utf8
    return text
  }

  /// Overwrites the body; for blocks that hold a private key.
  mutating func wipe() {
    bytes.wipe()
  }
}
