import COpenSSL
import PluginKit

/// AES in cipher feedback mode with whole blocks and a zero vector, as TPM 2.0 protects what leaves it.
enum AES {
  /// - Parameter key: 16 or 32 bytes.
  static func encryptCFB(_ plain: [UInt8], key: [UInt8]) throws(PluginError) -> [UInt8] {
    guard let context = EVP_CIPHER_CTX_new() else { throw Libcrypto.defect("allocate memory") }
    defer { EVP_CIPHER_CTX_free(context) }
    let cipher = key.count == 32 ? EVP_aes_256_cfb128() : EVP_aes_128_cfb128()
    let vector = [UInt8](repeating: 0, count: 16)
    var out = [UInt8](repeating: 0, count: plain.count)
    var written: Int32 = 0
    guard EVP_EncryptInit_ex(context, cipher, nil, key, vector) == 1,
      EVP_EncryptUpdate(context, &out, &written, plain, Int32(plain.count)) == 1,
      written == plain.count
    else { throw Libcrypto.defect("encrypt a secret") }
    return out
  }
}
