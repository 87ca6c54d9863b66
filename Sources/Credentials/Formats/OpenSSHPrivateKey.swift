/// The body of an unencrypted `OPENSSH PRIVATE KEY` block (OpenSSH PROTOCOL.key) with one key.
///
/// Holds key material: call ``wipe()`` when done.
struct OpenSSHPrivateKey {
  enum Secret {
    /// The 32-byte seed.
    case ed25519(seed: [UInt8])
    /// The scalar, 32 bytes.
    case ecdsaP256(scalar: [UInt8])
    /// Big-endian magnitudes.
    case rsa(d: [UInt8], p: [UInt8], q: [UInt8])
  }

  static let magic = Array("openssh-key-v1\0".utf8)
  static let maxBytes = 1 << 16

  private(set) var secret: Secret
  let publicKey: PublicKeyMaterial

  init(parsing bytes: [UInt8]) throws(CredentialError) {
    guard bytes.count <= Self.maxBytes else {
      throw CredentialError(.malformed, "OpenSSH private key is longer than \(Self.maxBytes) bytes")
    }
    var outer = SSHReader(bytes, of: "OpenSSH private key")
    guard try outer.take(Self.magic.count, "magic").elementsEqual(Self.magic) else {
      throw CredentialError(.malformed, "OpenSSH private key has a wrong magic")
    }
    let cipher = try outer.text("cipher")
    let derivation = try outer.text("key derivation")
    let options = try outer.string("key derivation options")
    guard cipher == "none", derivation == "none", options.isEmpty else {
      throw CredentialError(
        .unsupported, "OpenSSH private key is encrypted",
        remedy: "remove its passphrase with ssh-keygen -p")
    }
    guard try outer.uint32("number of keys") == 1 else {
      throw CredentialError(.unsupported, "OpenSSH private key file does not hold exactly one key")
    }
    publicKey = try PublicKeyMaterial(sshBlob: outer.string("public key"))
    let body = try outer.string("private section")
    try outer.finish()

    guard body.count % 8 == 0 else {
      throw CredentialError(.malformed, "private section of OpenSSH key is not padded to 8 bytes")
    }
    var inner = SSHReader(body, of: "OpenSSH private key")
    guard try inner.uint32("check number") == inner.uint32("check number") else {
      throw CredentialError(.malformed, "check numbers of OpenSSH private key differ")
    }
    let type = try inner.text("key type")
    let twin: PublicKeyMaterial
    (secret, twin) = try Self.secret(type: type, fields: &inner)
    _ = try inner.string("comment")
    let padding = inner.remaining
    guard padding.count < 8, padding.elementsEqual((0..<padding.count).map { UInt8($0 + 1) }) else {
      throw CredentialError(.malformed, "padding of OpenSSH private key is wrong")
    }
    guard twin == publicKey else {
      throw CredentialError(.mismatch, "public and private parts of OpenSSH private key differ")
    }
  }

  private static func secret(
    type: String, fields reader: inout SSHReader
  ) throws(CredentialError) -> (Secret, PublicKeyMaterial) {
    switch type {
    case "ssh-rsa":
      // Private keys give the modulus first, public keys the exponent.
      let modulus = try reader.magnitude("modulus")
      let exponent = try reader.magnitude("exponent")
      let d = try reader.magnitude("private exponent")
      _ = try reader.magnitude("coefficient")
      let p = try reader.magnitude("first prime")
      let q = try reader.magnitude("second prime")
      return (.rsa(d: d, p: p, q: q), .rsa(exponent: exponent, modulus: modulus))
    case "ecdsa-sha2-nistp256":
      let material = try PublicKeyMaterial(type: type, fields: &reader)
      let scalar = try reader.magnitude("scalar")
      guard scalar.count <= 32 else {
        throw CredentialError(.malformed, "scalar of OpenSSH private key is longer than 32 bytes")
      }
      let padded = [UInt8](repeating: 0, count: 32 - scalar.count) + scalar
      return (.ecdsaP256(scalar: padded), material)
    default:
      let material = try PublicKeyMaterial(type: type, fields: &reader)
      let both = try reader.string("private key")
      guard case .ed25519(let key) = material, both.count == 64, both.suffix(32).elementsEqual(key)
      else {
        throw CredentialError(.malformed, "private part of OpenSSH Ed25519 key is not seed and key")
      }
      return (.ed25519(seed: Array(both.prefix(32))), material)
    }
  }

  mutating func wipe() {
    switch secret {
    case .ed25519(var seed):
      secret = .ed25519(seed: [])
      seed.wipe()
    case .ecdsaP256(var scalar):
      secret = .ecdsaP256(scalar: [])
      scalar.wipe()
    case .rsa(var d, var p, var q):
      secret = .rsa(d: [], p: [], q: [])
      d.wipe()
      p.wipe()
      q.wipe()
    }
  }
}
