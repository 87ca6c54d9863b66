import Crypto
import FoundationEssentials
import _CryptoExtras

extension SSHCertificate {
  /// The certified key.
  public var publicKey: PublicKey {
    get throws(CredentialError) { try PublicKey(subject) }
  }

  /// The key that signed the certificate.
  public var authorityKey: PublicKey {
    get throws(CredentialError) { try PublicKey(authority) }
  }

  /// Checks that one of `authorities` signed the certificate.
  ///
  /// - Throws: `untrusted` when none of them did, also for a bad signature.
  public func verify(authorities: [PublicKey]) throws(CredentialError) {
    let signer = try authorityKey
    guard authorities.contains(signer) else {
      throw CredentialError(
        .untrusted, "SSH certificate is signed by the unknown authority \(signer.sshFingerprint)")
    }
    guard signer.verify(signature, of: Array(blob.prefix(signedCount))) else {
      throw CredentialError(.untrusted, "the signature of the SSH certificate is wrong")
    }
  }
}

extension PublicKey {
  /// Checks an SSH signature; false also when the scheme does not suit the key.
  func verify(_ signature: SSHSignature, of message: [UInt8]) -> Bool {
    switch (backing, signature.scheme) {
    case (.ed25519, .ed25519):
      return verify(scheme: "EdDSA", message: message, signature: signature.bytes)
    case (.ecdsaP256, .ecdsaP256):
      return verify(scheme: "ES256", message: message, signature: signature.bytes)
    case (.rsa, .rsaSHA256):
      return verify(scheme: "RS256", message: message, signature: signature.bytes)
    case (.rsa(let key), .rsaSHA512):
      return key.isValidSignature(
        _RSA.Signing.RSASignature(rawRepresentation: signature.bytes),
        for: SHA512.hash(data: message), padding: .insecurePKCS1v1_5)
    default:
      return false
    }
  }
}

extension PrivateKey {
  /// Signs as SSH authorities do: RSA with SHA-512.
  func sshSignature(of message: [UInt8]) throws(CredentialError) -> SSHSignature {
    switch backing {
    case .ed25519: return SSHSignature(.ed25519, try sign(message))
    case .ecdsaP256: return SSHSignature(.ecdsaP256, try sign(message))
    case .rsa(let key):
      do {
        let signature = try key.signature(
          for: SHA512.hash(data: message), padding: .insecurePKCS1v1_5)
        return SSHSignature(.rsaSHA512, Array(signature.rawRepresentation))
      } catch {
        throw CredentialError(.internalFailure, "could not sign with \(publicKey): \(error)")
      }
    }
  }
}
