import Crypto
import FoundationEssentials
import _CryptoExtras

/// A private key held in memory by the crypto library.
///
/// Its description shows the public half only; the library zeroes the numbers when the last copy goes.
public struct PrivateKey: Sendable {
  enum Backing: Sendable {
    case ed25519(Curve25519.Signing.PrivateKey)
    case ecdsaP256(P256.Signing.PrivateKey)
    case rsa(_RSA.Signing.PrivateKey)
  }

  let backing: Backing

  init(_ backing: Backing) {
    self.backing = backing
  }

  /// A new key from the operating system's random numbers.
  ///
  /// RSA takes tens to hundreds of milliseconds of processor time.
  ///
  /// - Throws: `internalFailure` when the crypto library cannot make one.
  public static func generate(_ algorithm: KeyAlgorithm) throws(CredentialError) -> PrivateKey {
    switch algorithm {
    case .ed25519: return PrivateKey(.ed25519(Curve25519.Signing.PrivateKey()))
    case .ecdsaP256: return PrivateKey(.ecdsaP256(P256.Signing.PrivateKey()))
    case .rsa2048:
      do {
        return PrivateKey(.rsa(try _RSA.Signing.PrivateKey(keySize: .bits2048)))
      } catch {
        throw CredentialError(.internalFailure, "could not make an RSA key: \(error)")
      }
    }
  }

  /// The algorithm; every RSA size reports `.rsa2048`.
  public var algorithm: KeyAlgorithm {
    switch backing {
    case .ed25519: .ed25519
    case .ecdsaP256: .ecdsaP256
    case .rsa: .rsa2048
    }
  }

  /// The public half.
  public var publicKey: PublicKey {
    switch backing {
    case .ed25519(let key): PublicKey(.ed25519(key.publicKey))
    case .ecdsaP256(let key): PublicKey(.ecdsaP256(key.publicKey))
    case .rsa(let key): PublicKey(.rsa(key.publicKey))
    }
  }

  /// The JOSE name of the scheme ``sign(_:)`` uses: `EdDSA`, `ES256` or `RS256`.
  public var schemeName: String { algorithm.scheme.rawValue }

  /// Signs a message (not a digest) in the JOSE form of the key's scheme.
  ///
  /// - Throws: `internalFailure` when the crypto library refuses.
  public func sign(_ message: [UInt8]) throws(CredentialError) -> [UInt8] {
    do {
      switch backing {
      case .ed25519(let key):
        return Array(try key.signature(for: message))
      case .ecdsaP256(let key):
        return Array(try key.signature(for: message).rawRepresentation)
      case .rsa(let key):
        return Array(
          try key.signature(for: SHA256.hash(data: message), padding: .insecurePKCS1v1_5)
            .rawRepresentation)
      }
    } catch {
      throw CredentialError(.internalFailure, "could not sign with \(publicKey): \(error)")
    }
  }
}

extension PrivateKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The algorithm and the key ID, never the numbers.
  public var description: String { "private key of \(publicKey)" }
  /// As ``description``.
  public var debugDescription: String { description }
  /// Shows no children, so that `dump` shows no numbers.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
