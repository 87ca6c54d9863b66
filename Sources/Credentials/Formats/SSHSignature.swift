/// A signature as it stands in an SSH certificate: the name of its scheme and its bytes.
struct SSHSignature: Sendable, Equatable {
  enum Scheme: String, Sendable {
    case ed25519 = "ssh-ed25519"
    case ecdsaP256 = "ecdsa-sha2-nistp256"
    case rsaSHA256 = "rsa-sha2-256"
    case rsaSHA512 = "rsa-sha2-512"
  }

  let scheme: Scheme
  /// Ed25519: 64 bytes. ECDSA: r then s, 32 bytes each. RSA: as long as the modulus.
  let bytes: [UInt8]

  init(_ scheme: Scheme, _ bytes: [UInt8]) {
    self.scheme = scheme
    self.bytes = bytes
  }

  init(parsing blob: ArraySlice<UInt8>) throws(CredentialError) {
    var reader = SSHReader(blob, of: "SSH signature")
    let name = try reader.text("scheme")
    guard let scheme = Scheme(rawValue: name) else {
      // SHA-1 with "ssh-rsa" ends here too.
      throw CredentialError(
        .unsupported, "SSH signature scheme \(printable(name)) is not supported")
    }
    let body = try reader.string("signature")
    try reader.finish()
    self.scheme = scheme
    guard scheme == .ecdsaP256 else {
      bytes = Array(body)
      return
    }
    var numbers = SSHReader(body, of: "ECDSA signature")
    bytes = try Self.padded(numbers.magnitude("r")) + Self.padded(numbers.magnitude("s"))
    try numbers.finish()
  }

  var blob: [UInt8] {
    var writer = SSHWriter(capacity: bytes.count + 32)
    writer.text(scheme.rawValue)
    if scheme == .ecdsaP256 {
      var numbers = SSHWriter(capacity: 80)
      numbers.magnitude(bytes.prefix(32))
      numbers.magnitude(bytes.dropFirst(32))
      writer.string(numbers.bytes)
    } else {
      writer.string(bytes)
    }
    return writer.bytes
  }

  private static func padded(_ number: [UInt8]) throws(CredentialError) -> [UInt8] {
    guard number.count <= 32 else {
      throw CredentialError(.malformed, "number of ECDSA signature is longer than 32 bytes")
    }
    return [UInt8](repeating: 0, count: 32 - number.count) + number
  }
}
