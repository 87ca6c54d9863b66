/// One open connection to an authority or its proxy.
///
/// A connection never reconnects: once it broke, every call fails with `connectionProblem` and the owner opens another.
/// All calls may run at the same time. Close it when done; a forgotten one is closed when the object goes away.
public final class Connection: Sendable {
  /// Where it leads.
  public let address: ServerAddress

  init(address: ServerAddress) { self.address = address }

  /// Dials, shakes hands and verifies the server.
  ///
  /// - Parameters:
  ///   - address: where to dial; the name to verify is `tls.serverName`.
  ///   - tls: whom to believe and what to present.
  ///   - clientVersion: semantic version sent with every call in the metadata key `version`.
  ///   - timeouts: limits of dialling and of every call.
  /// - Throws: `connectionProblem` with a ``ConnectionFault`` and a sentence that names the address and the reason;
  ///   `badParameter` when the certificate or key in `tls` cannot be used.
  public static func open(
    to address: ServerAddress, tls: ClientTLS, clientVersion: String,
    timeouts: Timeouts = Timeouts()
  ) async throws(RPCError) -> Connection {
    throw RPCError(.notImplemented, "not built yet")
  }

  /// Opens a join stream.
  public func join() async throws(RPCError) -> JoinStream {
    throw RPCError(.notImplemented, "not built yet")
  }

  /// What the server says about itself; the cheapest check that a connection works.
  public func ping() async throws(RPCError) -> PingReply {
    throw RPCError(.notImplemented, "not built yet")
  }

  /// Asks for user certificates.
  public func generateUserCerts(_ request: UserCertsRequest) async throws(RPCError)
    -> CertificateBundle
  { throw RPCError(.notImplemented, "not built yet") }

  /// The host authorities: PEM certificates, one after another.
  public func clusterCACertificates() async throws(RPCError) -> [UInt8] {
    throw RPCError(.notImplemented, "not built yet")
  }

  /// Name of the cluster.
  public func domainName() async throws(RPCError) -> String {
    throw RPCError(.notImplemented, "not built yet")
  }

  /// The cluster's key suite, from whichever of the two services the server has.
  public func signatureSuite() async throws(RPCError) -> String {
    throw RPCError(.notImplemented, "not built yet")
  }

  /// One role.
  public func role(_ name: String) async throws(RPCError) -> Role {
    throw RPCError(.notImplemented, "not built yet")
  }

  /// One authority of one cluster, public keys only.
  public func certAuthority(type: String, domain: String) async throws(RPCError) -> CertAuthority {
    throw RPCError(.notImplemented, "not built yet")
  }

  /// All clusters' authorities of one type, public keys only.
  public func certAuthorities(type: String) async throws(RPCError) -> [CertAuthority] {
    throw RPCError(.notImplemented, "not built yet")
  }

  /// Names of all leaf clusters, all pages.
  public func remoteClusters() async throws(RPCError) -> [String] {
    throw RPCError(.notImplemented, "not built yet")
  }

  /// Reports the agent's state.
  public func submitHeartbeat(_ heartbeat: Heartbeat) async throws(RPCError) {
    throw RPCError(.notImplemented, "not built yet")
  }

  /// Closes the connection; calls in flight fail.
  public func close() async {}
}
