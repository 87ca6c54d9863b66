import Credentials
import Documents
import PluginHost
import PluginKit
import Testing

@testable import Authority
@testable import Wire

/// Storage that was copied, and what catches it.
@Suite(.enabled(if: VerifierFolder.hasShipped, "run make plugins first"))
struct ClonedStorageTests {
  private static let secret = "0123456789abcdef0123456789abcdef"

  private func joined(limit: Int = 9) async throws -> (Cluster, KeypairClient) {
    let cluster = try await Cluster.withKeypairToken([
      "onboarding: {registration_secret: \(Self.secret)}",
      "recovery: {mode: standard, limit: \(limit)}",
    ])
    var client = KeypairClient(secret: Self.secret)
    try await client.join(cluster)
    return (cluster, client)
  }

  /// Expects that nobody gets in any more, that everybody hears `text`, and that there is one lock.
  private func expectLocked(
    _ cluster: Cluster, _ clients: [KeypairClient], _ text: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    for client in clients {
      var client = client
      let error = try await refusal { try await client.join(cluster) }
      #expect(error.code == .accessDenied, sourceLocation: sourceLocation)
      #expect(error.message.contains(text), "\(error.message)", sourceLocation: sourceLocation)
      if let peer = client.peer {
        let call = try await refusal { try await cluster.api.domainName(peer: peer) }
        #expect(call.message.contains("access denied"), sourceLocation: sourceLocation)
      }
    }
    let locks = try await cluster.all("lock")
    #expect(locks.count == 1, sourceLocation: sourceLocation)
    #expect(
      locks.first?["spec"]?["message"]?.string?.contains(text) == true,
      sourceLocation: sourceLocation)
    #expect(
      locks.first?["spec"]?["target"]?["join_token"]?.string == "gate",
      sourceLocation: sourceLocation)
  }

  @Test("cloned storage")
  func aCloneUsedAfterTheHonestMachineRecoveredLocksTheToken() async throws {
    var (cluster, honest) = try await joined()
    var clone = honest
    try await honest.recover(cluster)
    try await honest.recover(cluster)
    clone.peer = nil
    let error = try await refusal { try await clone.join(cluster) }
    #expect(error.message.hasPrefix("join state verification failed"))
    try await expectLocked(cluster, [clone, honest, clone], "failed to verify its join state")
    let events = cluster.audit.lines("bound_keypair.join_state_verification_failed")
    #expect(events.map { $0.text("error") } == ["recovery counter mismatch"])
  }

  @Test("clone used first")
  func aCloneUsedFirstLocksTheTokenWhenTheHonestMachineComes() async throws {
    var (cluster, honest) = try await joined()
    var clone = honest
    try await clone.recover(cluster)
    try await clone.use(cluster)
    let error = try await refusal { try await honest.join(cluster) }
    #expect(error.message.hasPrefix("join state verification failed"))
    try await expectLocked(cluster, [honest, clone], "failed to verify its join state")
  }

  @Test func aCloneThatJoinedAndDidNothingGivesWayAndIsCaughtByItsFirstCall() async throws {
    var (cluster, honest) = try await joined()
    var clone = honest
    try await clone.recover(cluster)
    try await honest.join(cluster)
    let event = try #require(cluster.audit.lines("bound_keypair.unconfirmed_join_replaced").first)
    #expect(event.text("replaced_instance") == clone.instance)
    #expect(try await cluster.recoveryCount() == 1)
    try await honest.use(cluster)
    let error = try await refusal { try await clone.use(cluster) }
    #expect(error.code == .accessDenied)
    try await expectLocked(
      cluster, [clone, honest], "have been locked due to a certificate generation mismatch")
  }

  @Test("stale identity")
  func aCloneWithTheCertificateIsCaughtByItsGeneration() async throws {
    var (cluster, honest) = try await joined()
    var clone = honest
    try await honest.join(cluster)
    try await honest.use(cluster)
    let error = try await refusal { try await clone.join(cluster) }
    #expect(error.message.contains("cert generation mismatch"))
    try await expectLocked(
      cluster, [clone, honest], "have been locked due to a certificate generation mismatch")
  }

  @Test func whoDoesNotHaveTheKeyLearnsNothingAndLocksNothing() async throws {
    var (cluster, client) = try await joined()
    try await client.use(cluster)
    client.joinState = Array("nonsense".utf8)
    client.wrongKey = try PrivateKey.generate(.ed25519)
    for peer in [nil, client.peer] {
      client.peer = peer
      let error = try await refusal { try await client.join(cluster) }
      #expect(error.message.hasPrefix("validating challenge response"))
    }
    #expect(try await cluster.all("lock").isEmpty)
    try await cluster.apply(
      "kind: lock\nversion: v2\nmetadata: {name: x}\n"
        + "spec: {target: {join_token: gate}, message: for insiders}\n")
    let error = try await refusal { try await client.join(cluster) }
    #expect(error.message.hasPrefix("validating challenge response"))
  }

  /// Join states that are not the last one given, by what is wrong with them.
  @Test(arguments: [
    ("iss", "\"wrong-cluster\""), ("aud", "\"wrong-cluster\""), ("sub", "\"other\""),
    ("bot_instance_id", "\"asdf\""), ("recovery_sequence", "0"), ("recovery_sequence", "2"),
    ("nbf", "1900000000"), ("serial", "0"),
  ])
  func aJoinStateThatSaysSomethingElseLocks(_ claim: String, _ value: String) async throws {
    var (cluster, client) = try await joined()
    try await client.use(cluster)
    let parts = client.joinState.split(separator: UInt8(ascii: "."))
    var claims = try JSON.parse(try #require(Base64URL.decode(parts[1])))
    claims = claims.setting(claim, try JSON.parse(Array(value.utf8)))
    let signer = try #require(try cluster.core.keys.method("bound_keypair"))
    let signed = parts[0] + [UInt8(ascii: ".")] + Base64URL.encode(JSON.serialize(claims))
    client.joinState =
      Array(signed) + [UInt8(ascii: ".")] + Base64URL.encode(try signer.sign(Array(signed)))
    client.peer = nil
    let error = try await refusal { try await client.join(cluster) }
    #expect(error.message.hasPrefix("join state verification failed"))
    try await expectLocked(cluster, [client], "failed to verify its join state")
  }

  @Test("invalid JWT, and foreign signature")
  func aJoinStateThatIsNoneOrSignedByAnotherLocks() async throws {
    let (_, foreign) = try await joined()
    for state in [Array("asdf".utf8), foreign.joinState, Array(foreign.joinState.dropLast(4))] {
      var (cluster, client) = try await joined()
      try await client.use(cluster)
      (client.joinState, client.peer) = (state, nil)
      let error = try await refusal { try await client.join(cluster) }
      #expect(error.message.hasPrefix("join state verification failed"))
      try await expectLocked(cluster, [client], "failed to verify its join state")
    }
  }

  @Test("standard no state")
  func withoutAnyJoinStateNothingIsLocked() async throws {
    var (cluster, client) = try await joined()
    try await client.use(cluster)
    (client.joinState, client.peer) = ([], nil)
    let error = try await refusal { try await client.join(cluster) }
    #expect(error.message.hasPrefix("join state verification failed"))
    #expect(try await cluster.all("lock").isEmpty)
  }

  @Test func anExhaustedTokenIsNotLockedByAnOldJoinState() async throws {
    var (cluster, client) = try await joined(limit: 2)
    let old = client
    try await client.recover(cluster)
    try await client.use(cluster)
    var clone = old
    clone.peer = nil
    let error = try await refusal { try await clone.join(cluster) }
    #expect(error.message.hasPrefix("no recovery attempts remaining"))
    #expect(try await cluster.all("lock").isEmpty)
    try await client.join(cluster)
  }
}
