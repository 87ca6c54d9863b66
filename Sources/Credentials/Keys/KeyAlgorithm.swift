/// A kind of key this program makes and uses.
public enum KeyAlgorithm: String, Sendable, CaseIterable {
  /// Ed25519 (RFC 8032).
  case ed25519 = "ed25519"
  /// ECDSA over P-256 with SHA-256.
  case ecdsaP256 = "ecdsa-p256"
  /// RSA. New keys have 2048 bits; keys of 2048 to 8192 bits are read and report this case too.
  case rsa2048 = "rsa-2048"

  /// The signature scheme that suits the key.
  public var scheme: SignatureScheme {
    switch self {
    case .ed25519: .edDSA
    case .ecdsaP256: .es256
    case .rsa2048: .rs256
    }
  }
}
