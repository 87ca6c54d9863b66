import Foundation
import Synchronization
import Wire

/// A cluster that knows one token and remembers what it was asked. Joins: one challenge, whose solution must be its reverse.
final class FakeCluster: JoinHandler, APIHandler {
  static let challenge: [UInt8] = [1, 2, 3]
  static let initField: UInt32 = 77
  static let certificates = JoinCertificates(
    tls: [10, 11], tlsAuthorities: [[12], [13]], ssh: [14], sshAuthorities: [[15]])

  private let seen = Mutex<[String]>([])
  private let seenPeers = Mutex<[Peer]>([])

  /// What happened, one word each, in order.
  var events: [String] { seen.withLock { $0 } }
  /// Who called.
  var peers: [Peer] { seenPeers.withLock { $0 } }

  private func note(_ event: String, _ peer: Peer) {
    seen.withLock { $0.append(event) }
    seenPeers.withLock { $0.append(peer) }
  }

  func join(_ stream: any JoinServerStream, peer: Peer) async throws(RPCError) {
    note("join", peer)
    guard case .initialize(let first)? = try await stream.receive() else {
      throw RPCError(.badParameter, "the first message is not the init message")
    }
    guard first.tokenName == "example", first.systemRole == "Bot" else {
      throw RPCError(.accessDenied, "token expired or not found")
    }
    try await stream.sendInit(ServerInit(method: "echo", signatureSuite: "balanced-v1"))
    guard case .method(Self.initField, let params?, let fragment)? = try await stream.receive()
    else {
      throw RPCError(.badParameter, "not the method's first message")
    }
    try await stream.sendChallenge(field: 9, message: Self.challenge)
    switch try await stream.receive() {
    case .solution(9, Self.challenge.reversed()):
      try await stream.sendResult(
        JoinResult(
          certificates: Self.certificates, fragment: fragment + [0x2A, 1, params.publicTLSKey[0]]))
    case .givingUp(let reason, let text):
      throw RPCError(.accessDenied, "client gave up: \(reason): \(text)")
    default: throw RPCError(.accessDenied, "wrong solution")
    }
  }

  func ping(peer: Peer) async throws(RPCError) -> PingReply {
    note("ping", peer)
    return PingReply(
      clusterName: "test.example", serverVersion: "18.2.0", proxyPublicAddress: "localhost:443",
      remoteAddress: peer.remoteAddress, signatureSuite: "balanced-v1")
  }

  func generateUserCerts(_ request: UserCertsRequest, peer: Peer) async throws(RPCError)
    -> CertificateBundle
  {
    note("certs", peer)
    guard request.username == "bot-example" else {
      throw RPCError(.accessDenied, "user \(request.username) may not do this")
    }
    return CertificateBundle(
      ssh: request.sshPublicKey, tls: request.tlsPublicKey,
      tlsAuthorities: request.roleRequests.map { Array($0.utf8) },
      sshAuthorities: [Array("\(request.expiresUnixSeconds) \(request.useRoleRequests)".utf8)])
  }

  func clusterCACertificates(peer: Peer) async throws(RPCError) -> [UInt8] { Array("pem".utf8) }

  func domainName(peer: Peer) async throws(RPCError) -> String { "test.example" }

  func signatureSuite(peer: Peer) async throws(RPCError) -> String { "fips-v1" }

  func role(_ name: String, peer: Peer) async throws(RPCError) -> Role {
    guard name == "bot-example" else { throw RPCError(.notFound, "role \(name) not found") }
    return Role(
      name: name, impersonateRoles: ["access", "deploy"], logins: ["root"],
      maxSessionTTLSeconds: 3600)
  }

  func certAuthority(type: String, domain: String, peer: Peer) async throws(RPCError)
    -> CertAuthority
  {
    guard type == "host" else {
      throw RPCError(.badParameter, "authority type \(type) is not supported")
    }
    return CertAuthority(
      type: type, clusterName: domain,
      active: .init(ssh: [Array("ssh-a".utf8)], tls: [Array("tls-a".utf8)]),
      additional: .init(tls: [Array("tls-b".utf8)], jwt: [Array("jwt-b".utf8)]))
  }

  func certAuthorities(type: String, peer: Peer) async throws(RPCError) -> [CertAuthority] {
    [try await certAuthority(type: type, domain: "test.example", peer: peer)]
  }

  func remoteClusters(peer: Peer) async throws(RPCError) -> [String] { ["leaf-a", "leaf-b"] }

  func submitHeartbeat(_ heartbeat: Heartbeat, peer: Peer) async throws(RPCError) {
    note("heartbeat \(heartbeat.hostname) \(heartbeat.services.count)", peer)
  }
}
