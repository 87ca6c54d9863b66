import COpenSSL
import PluginABI
import PluginKit

/// How this plugin uses libcrypto: no configuration file, no exit handler, no error left behind.
enum Libcrypto {
  /// Before anything else of libcrypto. Without it the library would read the file an environment
  /// variable names, and load what that file names.
  static func prepare() {
    let options = UInt64(OPENSSL_INIT_NO_LOAD_CONFIG) | UInt64(OPENSSL_INIT_NO_ATEXIT)
    OPENSSL_init_crypto(options, nil)
  }

  /// The failure of a call that has no reason to fail. Empties the thread's error queue.
  @inline(never)
  static func defect(_ what: String) -> PluginError {
    ERR_clear_error()
    return PluginError(
      TENON_INTERNAL, "libcrypto could not " + what, hint: "check the installed libssl3",
      retry: TENON_RETRY_AFTER_OPERATOR)
  }

  /// A key object of a SubjectPublicKeyInfo that this plugin wrote itself. The caller frees it.
  static func key(_ der: [UInt8]) throws(PluginError) -> OpaquePointer {
    let key = der.withUnsafeBufferPointer { buffer in
      var at = buffer.baseAddress
      return d2i_PUBKEY(nil, &at, buffer.count)
    }
    guard let key else { throw defect("take a public key") }
    return key
  }

  /// Whether the signature over `message` is good. RSA: PKCS#1 v1.5; ECC: ECDSA, DER.
  static func verify(
    key der: [UInt8], hash: OpaquePointer?, message: [UInt8], signature: [UInt8]
  ) throws(PluginError) -> Bool {
    let key = try key(der)
    defer { EVP_PKEY_free(key) }
    guard let context = EVP_MD_CTX_new() else { throw defect("allocate memory") }
    defer { EVP_MD_CTX_free(context) }
    guard EVP_DigestVerifyInit(context, nil, hash, nil, key) == 1 else {
      throw defect("begin a verification")
    }
    let verdict = EVP_DigestVerify(
      context, signature, signature.count, message, message.count)
    ERR_clear_error()
    return verdict == 1
  }
}
