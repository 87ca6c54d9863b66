import COpenSSL

/// A private key in libcrypto, as it would be in a TPM.
///
/// Unchecked: the key is never changed after `init`, and libcrypto takes its own lock to use one.
final class OpenSSLKey: @unchecked Sendable {
  let raw: OpaquePointer

  /// - Parameter exponent: nil for 65537.
  init(rsaBits: Int32, exponent: UInt64? = nil) {
    raw = Self.generate(EVP_PKEY_RSA) { context in
      check(EVP_PKEY_CTX_set_rsa_keygen_bits(context, rsaBits))
      if let exponent {
        let number = BN_new()
        check(BN_set_word(number, UInt(exponent)))
        check(EVP_PKEY_CTX_set1_rsa_keygen_pubexp(context, number))
        BN_free(number)
      }
    }
  }

  /// - Parameter curve: `NID_…` of libcrypto.
  init(curve: Int32) {
    raw = Self.generate(EVP_PKEY_EC) { check(EVP_PKEY_CTX_set_ec_paramgen_curve_nid($0, curve)) }
  }

  deinit { EVP_PKEY_free(raw) }

  /// Generated once: it takes a while.
  static let rsaEndorsement = OpenSSLKey(rsaBits: 2048)
  static let otherEndorsement = OpenSSLKey(rsaBits: 2048)
  static let rsaAttestation = OpenSSLKey(rsaBits: 2048)
  static let otherAttestation = OpenSSLKey(rsaBits: 2048)

  /// SubjectPublicKeyInfo, DER, as libcrypto writes it.
  var publicKeyInfo: [UInt8] {
    var out = [UInt8](repeating: 0, count: Int(i2d_PUBKEY(raw, nil)))
    out.withUnsafeMutableBufferPointer { buffer in
      var at = buffer.baseAddress
      _ = i2d_PUBKEY(raw, &at)
    }
    return out
  }

  var modulus: [UInt8] { number("n") }
  /// Not padded, as a TPM may send them.
  var point: (x: [UInt8], y: [UInt8]) { (number("qx"), number("qy")) }

  /// PKCS#1 v1.5, or ECDSA in DER.
  func sign(_ message: [UInt8], _ method: OpaquePointer?) -> [UInt8] {
    let context = EVP_MD_CTX_new()
    defer { EVP_MD_CTX_free(context) }
    check(EVP_DigestSignInit(context, nil, method, nil, raw))
    var count = 0
    check(EVP_DigestSign(context, nil, &count, message, message.count))
    var out = [UInt8](repeating: 0, count: count)
    check(EVP_DigestSign(context, &out, &count, message, message.count))
    return Array(out.prefix(count))
  }

  /// RSAES-OAEP as libcrypto does it, nil when the padding is wrong.
  func openOAEP(_ block: [UInt8], label: [UInt8], _ method: OpaquePointer?) -> [UInt8]? {
    let context = EVP_PKEY_CTX_new(raw, nil)
    defer { EVP_PKEY_CTX_free(context) }
    check(EVP_PKEY_decrypt_init(context))
    check(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING))
    check(EVP_PKEY_CTX_set_rsa_oaep_md(context, method))
    check(EVP_PKEY_CTX_set_rsa_mgf1_md(context, method))
    let copy = CRYPTO_malloc(label.count, nil, 0)
    copy?.copyMemory(from: label, byteCount: label.count)
    check(EVP_PKEY_CTX_set0_rsa_oaep_label(context, copy, Int32(label.count)))
    var out = [UInt8](repeating: 0, count: 1024)
    var count = out.count
    guard EVP_PKEY_decrypt(context, &out, &count, block, block.count) == 1 else { return nil }
    return Array(out.prefix(count))
  }

  /// ECDH with the peer's uncompressed point: the x coordinate.
  func agree(x: [UInt8], y: [UInt8]) -> [UInt8]? {
    let peer = EVP_PKEY_new()
    defer { EVP_PKEY_free(peer) }
    check(EVP_PKEY_copy_parameters(peer, raw))
    let point = [4] + x + y
    guard EVP_PKEY_set1_encoded_public_key(peer, point, point.count) == 1 else { return nil }
    let context = EVP_PKEY_CTX_new(raw, nil)
    defer { EVP_PKEY_CTX_free(context) }
    check(EVP_PKEY_derive_init(context))
    guard EVP_PKEY_derive_set_peer(context, peer) == 1 else { return nil }
    var out = [UInt8](repeating: 0, count: 128)
    var count = out.count
    guard EVP_PKEY_derive(context, &out, &count) == 1 else { return nil }
    return Array(out.prefix(count))
  }

  private func number(_ name: String) -> [UInt8] {
    var number: OpaquePointer?
    check(EVP_PKEY_get_bn_param(raw, name, &number))
    defer { BN_free(number) }
    var out = [UInt8](repeating: 0, count: (Int(BN_num_bits(number)) + 7) / 8)
    _ = BN_bn2bin(number, &out)
    return out
  }

  private static func generate(
    _ type: Int32, _ configure: (OpaquePointer?) -> Void
  ) -> OpaquePointer {
    let context = EVP_PKEY_CTX_new_id(type, nil)
    defer { EVP_PKEY_CTX_free(context) }
    check(EVP_PKEY_keygen_init(context))
    configure(context)
    var key: OpaquePointer?
    check(EVP_PKEY_keygen(context, &key))
    guard let key else { preconditionFailure("libcrypto made no key") }
    return key
  }
}

/// libcrypto says 1 when it has done what was asked.
func check(_ result: Int32) { precondition(result == 1, "libcrypto refused") }
