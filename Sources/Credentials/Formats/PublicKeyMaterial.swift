/// The numbers of a public key as a format carries them, before a crypto library has judged them.
enum PublicKeyMaterial: Equatable, Sendable {
  /// 32 bytes (RFC 8032).
  case ed25519([UInt8])
  /// The uncompressed point of P-256: 4, x, y; 65 bytes.
  case ecdsaP256([UInt8])
  /// Big-endian magnitudes without leading zeros.
  case rsa(exponent: [UInt8], modulus: [UInt8])

  static let maxBytes = 1 << 14

  /// The SSH name of the key type (RFC 4253, 5656, 8709).
  var sshType: String {
    switch self {
    case .ed25519: "ssh-ed25519"
    case .ecdsaP256: "ecdsa-sha2-nistp256"
    case .rsa: "ssh-rsa"
    }
  }

  /// Reads an SSH public key blob.
  init(sshBlob: ArraySlice<UInt8>) throws(CredentialError) {
    guard sshBlob.count <= Self.maxBytes else {
      throw CredentialError(.malformed, "SSH public key is longer than \(Self.maxBytes) bytes")
    }
    var reader = SSHReader(sshBlob, of: "SSH public key")
    let type = try reader.text("key type")
    try self.init(type: type, fields: &reader)
    try reader.finish()
  }

  /// Reads the fields that follow the type name, in a key blob and in a certificate alike.
  init(type: String, fields reader: inout SSHReader) throws(CredentialError) {
    switch type {
    case "ssh-ed25519":
      let key = try reader.string("key")
      guard key.count == 32 else {
        throw CredentialError(.malformed, "Ed25519 key has \(key.count) bytes instead of 32")
      }
      self = .ed25519(Array(key))
    case "ecdsa-sha2-nistp256":
      let curve = try reader.text("curve")
      let point = try reader.string("point")
      guard curve == "nistp256", point.count == 65, point.first == 4 else {
        throw CredentialError(.malformed, "ECDSA key is no uncompressed point of nistp256")
      }
      self = .ecdsaP256(Array(point))
    case "ssh-rsa":
      let exponent = try reader.magnitude("exponent")
      let modulus = try reader.magnitude("modulus")
      self = .rsa(exponent: exponent, modulus: modulus)
    default:
      throw CredentialError(
        .unsupported, "SSH key type \(printable(type)) is not supported",
        remedy: "use ssh-ed25519, ecdsa-sha2-nistp256 or ssh-rsa")
    }
  }

  /// The fields that follow the type name.
  func writeFields(to writer: inout SSHWriter) {
    switch self {
    case .ed25519(let key): writer.string(key)
    case .ecdsaP256(let point):
      writer.text("nistp256")
      writer.string(point)
    case .rsa(let exponent, let modulus):
      writer.magnitude(exponent)
      writer.magnitude(modulus)
    }
  }

  var sshBlob: [UInt8] {
    var writer = SSHWriter(capacity: 320)
    writer.text(sshType)
    writeFields(to: &writer)
    return writer.bytes
  }
}

/// A name from a stranger, safe to show in one line: at most 64 printable ASCII characters.
func printable(_ text: String) -> String {
  let shown = text.utf8.prefix(64).map { $0 >= 0x20 && $0 < 0x7F ? $0 : UInt8(ascii: "?") }
  return "\"" + String(decoding: shown, as: UTF8.self) + "\""
}
