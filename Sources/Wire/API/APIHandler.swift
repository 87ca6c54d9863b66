/// Answers the calls of the API. Implemented by the authority; every call names its peer, and the handler decides what
/// that peer may do. Errors become the status of their code.
public protocol APIHandler: Sendable {
  /// `proto.AuthService/Ping`; works without a client certificate.
  func ping(peer: Peer) async throws(RPCError) -> PingReply
  /// `proto.AuthService/GenerateUserCerts`.
  func generateUserCerts(_ request: UserCertsRequest, peer: Peer) async throws(RPCError)
    -> CertificateBundle
  /// `proto.AuthService/GetClusterCACert`: PEM certificates of the host authority, all trusted keys, one after another.
  /// Works without a client certificate.
  func clusterCACertificates(peer: Peer) async throws(RPCError) -> [UInt8]
  /// `proto.AuthService/GetDomainName`: the cluster's name.
  func domainName(peer: Peer) async throws(RPCError) -> String
  /// `GetAuthPreference` of AuthService and ClusterConfigService: the signature suite, as in ``PingReply/signatureSuite``.
  func signatureSuite(peer: Peer) async throws(RPCError) -> String
  /// `proto.AuthService/GetRole`.
  func role(_ name: String, peer: Peer) async throws(RPCError) -> Role
  /// `teleport.trust.v1.TrustService/GetCertAuthority`; an unknown type is `badParameter` and its text says that the authority
  /// type is not supported.
  func certAuthority(type: String, domain: String, peer: Peer) async throws(RPCError)
    -> CertAuthority
  /// `teleport.trust.v1.TrustService/GetCertAuthorities`: all clusters' authorities of one type.
  func certAuthorities(type: String, peer: Peer) async throws(RPCError) -> [CertAuthority]
  /// `teleport.presence.v1.PresenceService/ListRemoteClusters`: names, answered in one page.
  func remoteClusters(peer: Peer) async throws(RPCError) -> [String]
  /// `teleport.machineid.v1.BotInstanceService/SubmitHeartbeat`.
  func submitHeartbeat(_ heartbeat: Heartbeat, peer: Peer) async throws(RPCError)
}
