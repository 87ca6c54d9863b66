import Credentials
import Testing

@testable import Authority
@testable import Wire

extension Cluster {
  /// A peer whose certificate says what the test wants, signed by an authority of this cluster.
  func peer(
    lifetime: Int64 = 3600, signedBy authority: TLSAuthority? = nil,
    _ change: (inout TLSIdentity) -> Void = { _ in }
  ) throws -> Peer {
    var identity = TLSIdentity(username: "bot-robot", roles: ["bot-robot"])
    identity.clusterName = Self.name
    identity.botName = "robot"
    identity.botInstanceID = "5b1ac1e5-0000-4000-8000-000000000001"
    identity.generation = 1
    identity.joinToken = "gate"
    change(&identity)
    let certificate = try (authority ?? core.keys.userTLS).issue(
      identity, for: PrivateKey.generate(.ecdsaP256).publicKey,
      validity: Validity(from: clock.now, until: clock.now + lifetime))
    return Peer(remoteAddress: "192.0.2.7:4711", certificateChain: [certificate.der])
  }
}

/// One call of the API that needs to know who calls.
struct NamedCall: CustomTestStringConvertible, Sendable {
  var testDescription: String
  var run: @Sendable (APIService, Peer) async throws -> Void

  static let all = [
    NamedCall(testDescription: "domainName") { _ = try await $0.domainName(peer: $1) },
    NamedCall(testDescription: "signatureSuite") { _ = try await $0.signatureSuite(peer: $1) },
    NamedCall(testDescription: "role") { _ = try await $0.role("bot-robot", peer: $1) },
    NamedCall(testDescription: "certAuthority") {
      _ = try await $0.certAuthority(type: "user", domain: Cluster.name, peer: $1)
    },
    NamedCall(testDescription: "certAuthorities") {
      _ = try await $0.certAuthorities(type: "user", peer: $1)
    },
    NamedCall(testDescription: "remoteClusters") { _ = try await $0.remoteClusters(peer: $1) },
    NamedCall(testDescription: "generateUserCerts") {
      _ = try await $0.generateUserCerts(
        UserCertsRequest(
          username: "bot-robot", expiresUnixSeconds: ManualClock.start + 60, sshPublicKey: [],
          tlsPublicKey: [], roleRequests: ["login"], useRoleRequests: true), peer: $1)
    },
    NamedCall(testDescription: "submitHeartbeat") {
      try await $0.submitHeartbeat(.sample, peer: $1)
    },
  ]
}

extension Heartbeat {
  static let sample = Heartbeat(
    recordedAtUnixSeconds: 1, isStartup: true, version: "0.1.0", hostname: "box",
    uptimeSeconds: 7, joinMethod: "badge", oneShot: false, architecture: "amd64",
    operatingSystem: "linux")
}
