import PluginKit
import TPMMessages
import TPMStructures

/// MakeCredential in software (TPM 2.0 part 1, section 24): encrypts a secret so that only the TPM
/// that holds the endorsement key, with the named object loaded, gives it back.
struct CredentialMaker {
  let endorsement: EndorsementKey
  let name: ObjectName
  /// Source of the seed, the padding and the ephemeral key.
  let random: (Int) throws(PluginError) -> [UInt8]

  /// Bytes of the secrets this method uses.
  static let secretBytes = 32

  private static let label = "IDENTITY"

  func make(_ secret: [UInt8]) throws(PluginError) -> EncryptedCredential {
    let hash = endorsement.hash
    let (seed, encrypted) = try seed(hash)
    let key = try hash.kdfa(
      key: seed, label: "STORAGE", contextU: name.encoded, bits: endorsement.symmetricBits)
    let identity = try AES.encryptCFB(
      [UInt8(secret.count >> 8), UInt8(secret.count & 0xFF)] + secret, key: key)
    let integrityKey = try hash.kdfa(key: seed, label: "INTEGRITY", bits: hash.bits)
    let integrity = try hash.hmac(key: integrityKey, identity + name.encoded)
    return EncryptedCredential(
      blob: CredentialBlob(integrity: integrity, encryptedIdentity: identity).encoded,
      secret: encrypted.encoded)
  }

  private func seed(_ hash: HashAlgorithm) throws(PluginError) -> ([UInt8], EncryptedSeed) {
    switch endorsement {
    case .rsa(let key):
      let seed = try random(endorsement.symmetricBits / 8)
      let block = try OAEP.pad(
        seed, label: [UInt8](Self.label.utf8) + [0], hash: hash,
        seed: try random(hash.digestBytes), modulusBytes: key.modulus.count)
      return (seed, EncryptedSeed(secret: try key.encrypt(block)))
    case .ecc(let key):
      let (ephemeral, shared) = try key.agree(random)
      let seed = try hash.kdfe(
        z: shared, label: Self.label, partyU: ephemeral.x, partyV: key.x, bits: hash.bits)
      return (seed, EncryptedSeed(x: ephemeral.x, y: ephemeral.y))
    }
  }
}
