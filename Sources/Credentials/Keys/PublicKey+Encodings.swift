import Crypto
import FoundationEssentials
import SwiftASN1
import _CryptoExtras

extension PublicKey {
  /// SubjectPublicKeyInfo of Ed25519 up to the key itself (RFC 8410 section 4).
  private static let ed25519Prefix: [UInt8] = [
    0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
  ]

  /// SubjectPublicKeyInfo, DER (RFC 5280 section 4.1.2.7).
  public var pkixDER: [UInt8] {
    switch backing {
    case .ed25519(let key): Self.ed25519Prefix + key.rawRepresentation
    case .ecdsaP256(let key): Array(key.derRepresentation)
    case .rsa(let key): Array(key.derRepresentation)
    }
  }

  /// RSAPublicKey, DER (RFC 8017 appendix A.1.1); nil for other algorithms.
  public var pkcs1DER: [UInt8]? {
    guard case .rsa(let key) = backing else { return nil }
    return Array(key.pkcs1DERRepresentation)
  }

  var material: PublicKeyMaterial {
    switch backing {
    case .ed25519(let key): return .ed25519(Array(key.rawRepresentation))
    case .ecdsaP256(let key): return .ecdsaP256(Array(key.x963Representation))
    case .rsa(let key):
      // The library answers from its own numbers; it has no way to fail here.
      guard let numbers = try? key.getKeyPrimitives() else {
        return .rsa(exponent: [], modulus: [])
      }
      return .rsa(
        exponent: Array(numbers.publicExponent), modulus: Array(numbers.modulus))
    }
  }

  /// The SSH public key blob (RFC 4253 section 6.6).
  public var sshBlob: [UInt8] { material.sshBlob }

  /// One authorized_keys line `<type> <base64>`, no comment, no newline.
  public var authorizedKey: String {
    let material = material
    return AuthorizedKeyLine.text(type: material.sshType, blob: material.sshBlob)
  }

  /// Unpadded base64url of SHA-256 over the DER of the key: PKCS#1 for RSA, PKIX for all others.
  public var keyID: String {
    Base64.encodeURL(SHA256.hash(data: pkcs1DER ?? pkixDER))
  }

  /// The fingerprint as OpenSSH prints it: `SHA256:` and unpadded base64.
  public var sshFingerprint: String {
    let digest = Base64.encode(SHA256.hash(data: sshBlob)).prefix { $0 != UInt8(ascii: "=") }
    return "SHA256:" + String(decoding: digest, as: UTF8.self)
  }

  /// The PEM text used in requests: `RSA PUBLIC KEY` for RSA, `PUBLIC KEY` for all others.
  public var pem: String {
    if let pkcs1DER {
      return PEMBlock(label: "RSA PUBLIC KEY", bytes: pkcs1DER).text
    }
    return PEMBlock(label: "PUBLIC KEY", bytes: pkixDER).text
  }

  /// Reads an SSH public key blob.
  public init(sshBlob: [UInt8]) throws(CredentialError) {
    try self.init(PublicKeyMaterial(sshBlob: sshBlob[...]))
  }

  /// Reads one authorized_keys line; a comment and a final newline are tolerated.
  public init(authorizedKey: String) throws(CredentialError) {
    let line = try AuthorizedKeyLine(parsing: authorizedKey.utf8)
    try self.init(PublicKeyMaterial(sshBlob: line.blob[...]))
  }

  /// Reads SubjectPublicKeyInfo or, for RSA, RSAPublicKey.
  public init(pkixDER der: [UInt8]) throws(CredentialError) {
    do {
      try self.init(PublicKeyDER.material(of: der))
    } catch let error as CredentialError {
      throw error
    } catch {
      throw CredentialError(.malformed, "public key is not DER of a known kind")
    }
  }

  /// Reads one PEM block; `PUBLIC KEY` and `RSA PUBLIC KEY` may hold either body.
  public init(pem: String) throws(CredentialError) {
    let blocks = try PEM.parse(pem)
    guard let block = blocks.first, blocks.count == 1 else {
      throw CredentialError(.malformed, "expected one PEM public key, found \(blocks.count) blocks")
    }
    guard block.label == "PUBLIC KEY" || block.label == "RSA PUBLIC KEY" else {
      throw CredentialError(
        .malformed, "PEM block \(printable(block.label)) is no public key",
        remedy: "give a PUBLIC KEY or RSA PUBLIC KEY block")
    }
    try self.init(pkixDER: block.bytes)
  }

  /// Reads a public key in either text form: PEM or authorized_keys.
  public init(text: String) throws(CredentialError) {
    if text.utf8.drop(while: { $0 <= 0x20 }).starts(with: "-----BEGIN ".utf8) {
      try self.init(pem: text)
    } else {
      try self.init(authorizedKey: text)
    }
  }
}
