import Crypto
import FoundationEssentials
import SwiftASN1
import _CryptoExtras

/// A public key that a crypto library has accepted: Ed25519, P-256, or RSA of 2048 to 8192 bits.
///
/// Two keys are equal when their numbers are, whatever text they came from.
public struct PublicKey: Sendable {
  enum Backing: Sendable {
    case ed25519(Curve25519.Signing.PublicKey)
    case ecdsaP256(P256.Signing.PublicKey)
    case rsa(_RSA.Signing.PublicKey)
  }

  static let rsaBits = 2048...8192

  let backing: Backing

  init(_ backing: Backing) {
    self.backing = backing
  }

  /// Asks the crypto library whether the numbers are a key.
  init(_ material: PublicKeyMaterial) throws(CredentialError) {
    do {
      switch material {
      case .ed25519(let key):
        backing = .ed25519(try Curve25519.Signing.PublicKey(rawRepresentation: key))
      case .ecdsaP256(let point):
        backing = .ecdsaP256(try P256.Signing.PublicKey(x963Representation: point))
      case .rsa(let exponent, let modulus):
        guard Self.rsaBits.contains(modulus.count * 8), exponent.count <= 4 else {
          throw CredentialError(
            .unsupported, "RSA key of \(modulus.count * 8) bits is not supported",
            remedy: "use 2048 to 8192 bits")
        }
        backing = .rsa(try _RSA.Signing.PublicKey(n: modulus, e: exponent))
      }
    } catch let error as CredentialError {
      throw error
    } catch {
      throw CredentialError(
        .malformed, "\(material.sshType) key is not valid: its numbers are wrong")
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

  /// Checks a signature over a message (not a digest).
  ///
  /// - Returns: false also when the scheme does not suit the key or the signature has a wrong length.
  public func verify(scheme: String, message: [UInt8], signature: [UInt8]) -> Bool {
    guard scheme == algorithm.scheme.rawValue else { return false }
    switch backing {
    case .ed25519(let key):
      return key.isValidSignature(signature, for: message)
    case .ecdsaP256(let key):
      guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else {
        return false
      }
      return key.isValidSignature(signature, for: message)
    case .rsa(let key):
      return key.isValidSignature(
        _RSA.Signing.RSASignature(rawRepresentation: signature), for: SHA256.hash(data: message),
        padding: .insecurePKCS1v1_5)
    }
  }
}

extension PublicKey: Hashable {
  /// Whether the numbers are equal.
  public static func == (left: PublicKey, right: PublicKey) -> Bool {
    switch (left.backing, right.backing) {
    case (.ed25519(let left), .ed25519(let right)):
      left.rawRepresentation == right.rawRepresentation
    case (.ecdsaP256(let left), .ecdsaP256(let right)):
      left.rawRepresentation == right.rawRepresentation
    case (.rsa(let left), .rsa(let right)):
      left.pkcs1DERRepresentation == right.pkcs1DERRepresentation
    default: false
    }
  }

  /// Hashes the numbers.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(pkixDER)
  }
}

extension PublicKey: CustomStringConvertible {
  /// The algorithm and the key ID.
  public var description: String { "\(algorithm.rawValue) \(keyID)" }
}
