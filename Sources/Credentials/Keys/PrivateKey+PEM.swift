import Crypto
import FoundationEssentials
import SwiftASN1
import _CryptoExtras

extension PrivateKey {
  /// PKCS#8 of Ed25519 up to the seed (RFC 8410 section 7).
  private static let ed25519Prefix: [UInt8] = [
    0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
  ]

  static let labels = ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY"]

  /// The key as PEM text with one final newline: PKCS#1 `RSA PRIVATE KEY` for RSA, PKCS#8
  /// `PRIVATE KEY` for all others.
  ///
  /// A string cannot be wiped: prefer ``pemBytes`` where the text only passes through.
  public var pem: String { String(decoding: pemBytes, as: UTF8.self) }

  /// ``pem`` as bytes that the caller owns and can wipe.
  public var pemBytes: [UInt8] {
    var block =
      switch backing {
      case .ed25519(let key):
        PEMBlock(label: "PRIVATE KEY", bytes: Self.ed25519Prefix + key.rawRepresentation)
      case .ecdsaP256(let key):
        PEMBlock(label: "PRIVATE KEY", bytes: Array(key.derRepresentation))
      case .rsa(let key):
        PEMBlock(label: "RSA PRIVATE KEY", bytes: Array(key.derRepresentation))
      }
    defer { block.wipe() }
    return block.encoded
  }

  /// Reads the one private key in a PEM text: PKCS#8, PKCS#1, SEC1 or unencrypted OpenSSH.
  ///
  /// The body decides, not the label: files with a wrong label exist and are read.
  ///
  /// - Throws: `malformed` or `mismatch` for a broken key, `unsupported` for an encrypted one or
  ///   another algorithm.
  public init(pem: String) throws(CredentialError) {
    try self.init(blocks: PEM.parse(pem))
  }

  /// Reads the one private key in PEM bytes; see ``init(pem:)``.
  public init(pemBytes: [UInt8]) throws(CredentialError) {
    try self.init(blocks: PEM.parse(pemBytes))
  }

  private init(blocks: consuming [PEMBlock]) throws(CredentialError) {
    defer {
      for index in blocks.indices { blocks[index].wipe() }
    }
    guard let block = blocks.first, blocks.count == 1 else {
      throw CredentialError(
        .malformed, "expected one PEM private key, found \(blocks.count) blocks")
    }
    try self.init(block)
  }

  init(_ block: PEMBlock) throws(CredentialError) {
    guard block.label != "ENCRYPTED PRIVATE KEY" else {
      throw CredentialError(
        .unsupported, "private key is encrypted", remedy: "decrypt it first, with openssl pkey")
    }
    guard Self.labels.contains(block.label) else {
      throw CredentialError(.malformed, "PEM block \(printable(block.label)) is no private key")
    }
    do {
      if block.bytes.starts(with: OpenSSHPrivateKey.magic) {
        try self.init(openSSH: block.bytes)
      } else {
        try self.init(der: block.bytes)
      }
    } catch let error as CredentialError {
      throw error
    } catch {
      // The library's own text could quote the input.
      throw CredentialError(
        .malformed, "private key is not valid: its encoding or numbers are wrong")
    }
  }

  private init(openSSH bytes: [UInt8]) throws {
    var parsed = try OpenSSHPrivateKey(parsing: bytes)
    defer { parsed.wipe() }
    switch (parsed.secret, parsed.publicKey) {
    case (.ed25519(let seed), _):
      backing = .ed25519(try Curve25519.Signing.PrivateKey(rawRepresentation: seed))
    case (.ecdsaP256(let scalar), _):
      backing = .ecdsaP256(try P256.Signing.PrivateKey(rawRepresentation: scalar))
    case (.rsa(let d, let p, let q), .rsa(let exponent, let modulus)):
      _ = try PublicKey(parsed.publicKey)
      backing = .rsa(try _RSA.Signing.PrivateKey(n: modulus, e: exponent, d: d, p: p, q: q))
    default:
      throw CredentialError(.mismatch, "public and private parts of OpenSSH private key differ")
    }
    guard publicKey.material == parsed.publicKey else {
      throw CredentialError(.mismatch, "public and private parts of OpenSSH private key differ")
    }
  }

  private init(der: [UInt8]) throws {
    guard der.count <= OpenSSHPrivateKey.maxBytes,
      case .constructed(let children) = try DER.parse(der).content
    else {
      throw CredentialError(.malformed, "private key is no DER sequence")
    }
    let nodes = Array(children)
    switch nodes.dropFirst().first?.identifier {
    case .integer:  // RSAPrivateKey: version, modulus, …
      self = try Self.rsa(der[...])
    case .octetString:  // ECPrivateKey: version, scalar, …
      backing = .ecdsaP256(try P256.Signing.PrivateKey(derRepresentation: der))
    case .sequence where nodes.count >= 3:  // PrivateKeyInfo: version, algorithm, key
      let algorithm = try Self.algorithm(of: nodes[1])
      let body = try ASN1OctetString(derEncoded: nodes[2])
      switch algorithm {
      case PublicKeyDER.ed25519:
        let seed = try ASN1OctetString(derEncoded: DER.parse(body.bytes))
        backing = .ed25519(try Curve25519.Signing.PrivateKey(rawRepresentation: seed.bytes))
      case PublicKeyDER.ecPublicKey:
        backing = .ecdsaP256(try P256.Signing.PrivateKey(derRepresentation: der))
      case PublicKeyDER.rsaEncryption:
        self = try Self.rsa(body.bytes)
      default:
        throw CredentialError(
          .unsupported, "private key algorithm \(algorithm) is not supported",
          remedy: "use Ed25519, ECDSA P-256 or RSA")
      }
    default:
      throw CredentialError(.malformed, "private key is neither PKCS#8, PKCS#1 nor SEC1")
    }
  }

  private static func algorithm(of node: ASN1Node) throws -> ASN1ObjectIdentifier {
    guard case .constructed(let children) = node.content, let first = Array(children).first else {
      throw CredentialError(.malformed, "private key names no algorithm")
    }
    return try ASN1ObjectIdentifier(derEncoded: first)
  }

  private static func rsa(_ pkcs1: ArraySlice<UInt8>) throws -> PrivateKey {
    let key = try _RSA.Signing.PrivateKey(derRepresentation: pkcs1)
    guard PublicKey.rsaBits.contains(key.keySizeInBits) else {
      throw CredentialError(
        .unsupported, "RSA key of \(key.keySizeInBits) bits is not supported",
        remedy: "use 2048 to 8192 bits")
    }
    return PrivateKey(.rsa(key))
  }
}
