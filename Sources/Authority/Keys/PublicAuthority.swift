/// The public half of an authority, in the text forms of the API.
public struct PublicAuthority: Sendable {
  public var type: String
  /// authorized_keys lines.
  public var ssh: [String]
  /// PEM certificates.
  public var tls: [String]
  /// PEM public keys.
  public var jwt: [String]
}
