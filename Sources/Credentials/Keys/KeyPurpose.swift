/// What a new key is for. Together with the suite it decides the algorithm.
public enum KeyPurpose: Sendable, CaseIterable {
  /// Issues X.509 certificates of users and bots.
  case userCertificateAuthority
  /// Signs SSH certificates of users and bots.
  case userSSHAuthority
  /// Issues X.509 certificates of the cluster's own services.
  case hostCertificateAuthority
  /// Signs SSH certificates of hosts.
  case hostSSHAuthority
  /// Issues X.509 certificates of database servers.
  case databaseCertificateAuthority
  /// Issues X.509 certificates of database clients.
  case databaseClientCertificateAuthority
  /// Signs SSH certificates for plain OpenSSH servers.
  case openSSHAuthority
  /// Signs tokens for applications.
  case applicationTokens
  /// Signs tokens of the cluster's OpenID provider.
  case openIDProviderTokens
  /// Signs assertions of the cluster's SAML provider.
  case samlProviderCertificateAuthority
  /// Issues X.509 workload identities.
  case workloadCertificateAuthority
  /// Signs JWT workload identities.
  case workloadTokens
  /// The agent's own identity, from a join or a renewal.
  case ownIdentity
  /// An identity requested with the own one, for an output.
  case impersonatedIdentity
  /// A workload's X.509 identity.
  case workloadIdentity
  /// The key of an SSH server.
  case hostSSH
  /// Any request routed to a database.
  case databaseClient
}
