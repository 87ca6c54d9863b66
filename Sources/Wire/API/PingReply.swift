/// What a server says about itself.
public struct PingReply: Sendable, Equatable {
  /// Name of the cluster.
  public var clusterName: String
  /// Semantic version without a leading `v`.
  public var serverVersion: String
  /// `host:port` of the cluster's public endpoint; may be empty.
  public var proxyPublicAddress: String
  /// The caller's address as the server sees it.
  public var remoteAddress: String
  /// `legacy`, `balanced-v1`, `fips-v1` or `hsm-v1`; empty when the server set none (treat as `legacy`).
  public var signatureSuite: String

  /// Creates a reply.
  public init(
    clusterName: String, serverVersion: String, proxyPublicAddress: String = "",
    remoteAddress: String = "", signatureSuite: String = ""
  ) {
    self.clusterName = clusterName
    self.serverVersion = serverVersion
    self.proxyPublicAddress = proxyPublicAddress
    self.remoteAddress = remoteAddress
    self.signatureSuite = signatureSuite
  }
}
