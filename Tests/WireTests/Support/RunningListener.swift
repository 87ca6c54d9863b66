import Foundation
import Testing
import Wire

/// A listener on a free loopback port with a certificate authority of its own.
struct RunningListener {
  let address: ServerAddress
  let authority: TestAuthority
  let cluster: FakeCluster
  let listener: Listener

  static let find = Array(
    #"""
    {"cluster_name":"test.example","server_version":"18.2.0",
     "auth":{"signature_algorithm_suite":"balanced-v1"},
     "proxy":{"tls_routing_enabled":true,"ssh":{"public_addr":"localhost:443"}}}
    """#.utf8)

  /// Starts a listener, runs `body`, and stops the listener, which must then end by itself.
  static func with(
    certificate: TestAuthority.Leaf? = nil, authority: TestAuthority? = nil,
    limits: ServerLimits = ServerLimits(), join: (any JoinHandler)? = nil,
    _ body: (RunningListener) async throws -> Void
  ) async throws {
    let authority = try authority ?? TestAuthority()
    let cluster = FakeCluster()
    let leaf = try certificate ?? authority.issueServer()
    let clientAuthorities = [try authority.der]
    let listener = Listener(
      address: ServerAddress(host: "127.0.0.1", port: 0), cluster: "test.example",
      tls: ServerTLS(
        certificate: { _ in leaf.server }, clientAuthorities: { clientAuthorities }),
      serverVersion: "18.2.0", limits: limits, join: join ?? cluster, api: cluster,
      discovery: { $0 == "/webapi/find" || $0 == "/webapi/ping" ? find : nil })
    let running = Task { try await listener.run() }
    let address = try #require(await listener.boundAddress)
    do {
      try await body(
        RunningListener(
          address: address, authority: authority, cluster: cluster, listener: listener))
    } catch {
      listener.shutdown()
      throw error
    }
    listener.shutdown()
    try await running.value
  }

  var trust: Trust { get throws { .roots([try authority.der]) } }

  /// Opens a connection, by default as a client without an identity at `auth_server`.
  func connect(_ tls: ClientTLS? = nil, timeouts: Timeouts = Timeouts()) async throws -> Connection
  {
    try await Connection.open(
      to: address, tls: try tls ?? .joinAtAuth(trust: trust), clientVersion: "18.2.0",
      timeouts: timeouts)
  }
}
