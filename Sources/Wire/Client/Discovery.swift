/// The part of `/webapi/find` that an agent reads. Missing keys are empty, unknown keys are ignored.
public struct Discovery: Sendable, Equatable {
  /// `cluster_name`; for display, the authoritative name comes from certificates.
  public var clusterName: String
  /// `server_version`.
  public var serverVersion: String
  /// `auth.signature_algorithm_suite` as its name; the enum's number is understood too. Empty means `legacy`.
  public var signatureSuite: String
  /// `proxy.tls_routing_enabled`.
  public var tlsRoutingEnabled: Bool
  /// `proxy.ssh.public_addr`: the public web address, `host:port`.
  public var publicAddress: String
  /// `proxy.ssh.web_listen_addr`.
  public var webListenAddress: String
  /// `proxy.ssh.ssh_public_addr`.
  public var sshPublicAddress: String
  /// `proxy.ssh.listen_addr`.
  public var sshListenAddress: String
  /// `proxy.ssh.ssh_tunnel_public_addr`.
  public var tunnelPublicAddress: String
  /// `proxy.ssh.tunnel_listen_addr`.
  public var tunnelListenAddress: String
  /// The whole answer as it came.
  public var json: [UInt8]
}
