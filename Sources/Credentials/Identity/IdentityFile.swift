/// The files in which an agent keeps its own identity.
public enum IdentityFile: String, Sendable, CaseIterable {
  /// SSH user certificate, one authorized_keys line.
  case sshCertificate = "key-cert.pub"
  /// SSH authorities, authorized_keys lines joined with `$`.
  case sshAuthorities = "sshcacerts"
  /// X.509 client certificate, PEM.
  case tlsCertificate = "tlscert"
  /// X.509 authorities, PEM certificates joined with `$`.
  case tlsAuthorities = "tlscacerts"
  /// Private key, PEM.
  case privateKey = "key"
  /// SSH public key, authorized_keys line.
  case publicKey = "key.pub"
  /// SHA-256 of the join token that was configured, lowercase hex.
  case tokenHash = "tokenhash"

  /// Whether the file holds key material.
  public var isSecret: Bool { self == .privateKey }

  /// Joins the entries of a list file. No PEM and no authorized_keys text contains it.
  static let separator = UInt8(ascii: "$")
}
