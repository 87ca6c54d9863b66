import COpenSSL
import PluginKit
import TPMStructures

/// An RSA public key that passed the limits: 2048, 3072 or 4096 bits, an odd modulus, and an odd
/// exponent of at least 3 that fits in 31 bits. A larger exponent would let a peer buy the authority's
/// time with a few bytes.
struct RSAKey: Equatable {
  let modulus: [UInt8]
  let exponent: UInt32

  /// - Parameters:
  ///   - modulus: big-endian, without leading zeros.
  ///   - name: for error texts, e.g. "the endorsement key".
  init(modulus: [UInt8], exponent: UInt32, _ name: String) throws(MalformedStructure) {
    guard let first = modulus.first, let last = modulus.last, first >= 0x80, last & 1 == 1,
      [256, 384, 512].contains(modulus.count)
    else {
      throw MalformedStructure(
        name + (modulus.count < 256 ? " is too small: rsa needs at least 2048 bits" : Self.odd))
    }
    guard exponent >= 3, exponent & 1 == 1, exponent < 1 << 31 else {
      throw MalformedStructure(name + " has an rsa exponent out of range")
    }
    self.modulus = modulus
    self.exponent = exponent
  }

  private static let odd = " is no rsa key of 2048, 3072 or 4096 bits"

  /// SubjectPublicKeyInfo, DER: the one encoding of this key.
  var publicKeyInfo: [UInt8] {
    let key = DERWriter.sequence(
      DERWriter.integer(modulus), DERWriter.integer(bigEndian(exponent)))
    return DERWriter.sequence(
      DERWriter.sequence(ObjectIdentifier.rsaEncryption, [0x05, 0x00]), DERWriter.bits(key))
  }

  /// The bare RSA operation on a padded block as long as the modulus.
  func encrypt(_ block: [UInt8]) throws(PluginError) -> [UInt8] {
    let key = try Libcrypto.key(publicKeyInfo)
    defer { EVP_PKEY_free(key) }
    guard let context = EVP_PKEY_CTX_new(key, nil) else {
      throw Libcrypto.defect("allocate memory")
    }
    defer { EVP_PKEY_CTX_free(context) }
    var out = [UInt8](repeating: 0, count: modulus.count)
    var count = out.count
    guard EVP_PKEY_encrypt_init(context) == 1,
      EVP_PKEY_CTX_set_rsa_padding(context, RSA_NO_PADDING) == 1,
      EVP_PKEY_encrypt(context, &out, &count, block, block.count) == 1, count == out.count
    else { throw Libcrypto.defect("encrypt with the endorsement key") }
    return out
  }
}
