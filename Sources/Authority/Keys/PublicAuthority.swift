/// The public half of an authority, in the text forms of the API.
struct PublicAuthority: Sendable {
  var type: String
  /// authorized_keys lines.
  var ssh: [String]
  /// PEM certificates.
  var tls: [String]
  /// PEM public keys.
  var jwt: [String]
}
