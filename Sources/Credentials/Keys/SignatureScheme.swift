/// A signature scheme by its JOSE name (RFC 7518 section 3, RFC 8037 section 3).
public enum SignatureScheme: String, Sendable, CaseIterable {
  /// Ed25519; 64 bytes.
  case edDSA = "EdDSA"
  /// ECDSA over P-256 with SHA-256; 64 bytes, r then s.
  case es256 = "ES256"
  /// RSASSA-PKCS1-v1_5 with SHA-256; as long as the modulus.
  case rs256 = "RS256"
}
