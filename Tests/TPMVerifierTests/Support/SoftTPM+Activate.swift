import COpenSSL
import TPMMessages
import TPMStructures

extension SoftTPM {
  /// TPM2_ActivateCredential: the secret, or nil when the credential is not for this TPM and this key.
  ///
  /// - Parameters:
  ///   - hash: the endorsement key's name algorithm.
  ///   - bits: of the endorsement key's symmetric cipher.
  func activate(
    _ credential: EncryptedCredential, name: ObjectName? = nil, hash: UInt16 = Algorithm.sha256,
    bits: Int = 128
  ) -> [UInt8]? {
    guard let blob = try? CredentialBlob(parsing: credential.blob),
      let sealed = try? EncryptedSeed(parsing: credential.secret),
      let seed = open(sealed.secret, hash)
    else { return nil }
    let name = (name ?? Self.name(area)).encoded
    let method = Digest.method(hash)
    let hashBits = Int(EVP_MD_get_size(method)) * 8
    let integrityKey = Self.kdfa(hash, seed, "INTEGRITY", [], hashBits)
    guard Digest.hmac(integrityKey, blob.encryptedIdentity + name, hash) == blob.integrity else {
      return nil
    }
    let key = Self.kdfa(hash, seed, "STORAGE", name, bits)
    let context = EVP_CIPHER_CTX_new()
    defer { EVP_CIPHER_CTX_free(context) }
    check(
      EVP_DecryptInit_ex(
        context, bits == 256 ? EVP_aes_256_cfb128() : EVP_aes_128_cfb128(), nil, key,
        [UInt8](repeating: 0, count: 16)))
    var plain = [UInt8](repeating: 0, count: blob.encryptedIdentity.count)
    var count: Int32 = 0
    check(
      EVP_DecryptUpdate(
        context, &plain, &count, blob.encryptedIdentity, Int32(blob.encryptedIdentity.count)))
    guard plain.count > 2, Int(plain[0]) << 8 | Int(plain[1]) == plain.count - 2 else { return nil }
    return Array(plain.dropFirst(2))
  }

  private func open(_ secret: [UInt8], _ hash: UInt16) -> [UInt8]? {
    let label = Array("IDENTITY\0".utf8)
    guard EVP_PKEY_get_base_id(endorsement.raw) == EVP_PKEY_EC else {
      return endorsement.openOAEP(secret, label: label, Digest.method(hash))
    }
    guard secret.count > 4 else { return nil }
    let size = Int(secret[0]) << 8 | Int(secret[1])
    guard secret.count == 4 + 2 * size else { return nil }
    let x = Array(secret[2..<2 + size])
    guard let z = endorsement.agree(x: x, y: Array(secret.suffix(size))) else { return nil }
    let mine = endorsement.point.x
    let padded = [UInt8](repeating: 0, count: size - mine.count) + mine
    // One round of KDFe is enough, as the seed is as long as a digest.
    return Digest.of([0, 0, 0, 1] + z + label + x + padded, hash)
  }

  private static func kdfa(
    _ hash: UInt16, _ key: [UInt8], _ label: String, _ context: [UInt8], _ bits: Int
  ) -> [UInt8] {
    // One round again: no key is longer than a digest.
    let size = [
      UInt8(bits >> 24 & 255), UInt8(bits >> 16 & 255), UInt8(bits >> 8 & 255), UInt8(bits & 255),
    ]
    let out = Digest.hmac(key, [0, 0, 0, 1] + Array(label.utf8) + [0] + context + size, hash)
    return Array(out.prefix(bits / 8))
  }
}
