import COpenSSL
import TPMStructures

/// Hashes by TPM_ALG_ID. Written apart from the plugin, to check it.
enum Digest {
  static func method(_ algorithm: UInt16) -> OpaquePointer? {
    switch algorithm {
    case Algorithm.sha384: EVP_sha384()
    case Algorithm.sha512: EVP_sha512()
    case 0x0004: EVP_sha1()
    default: EVP_sha256()
    }
  }

  static func of(_ bytes: [UInt8], _ algorithm: UInt16 = Algorithm.sha256) -> [UInt8] {
    var out = [UInt8](repeating: 0, count: 64)
    var count: UInt32 = 0
    check(EVP_Digest(bytes, bytes.count, &out, &count, method(algorithm), nil))
    return Array(out.prefix(Int(count)))
  }

  static func hmac(_ key: [UInt8], _ bytes: [UInt8], _ algorithm: UInt16) -> [UInt8] {
    var out = [UInt8](repeating: 0, count: 64)
    var count: UInt32 = 0
    _ = HMAC(method(algorithm), key, Int32(key.count), bytes, bytes.count, &out, &count)
    return Array(out.prefix(Int(count)))
  }
}
