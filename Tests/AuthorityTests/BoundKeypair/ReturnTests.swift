import BoundKeypairMessages
import Credentials
import Documents
import PluginKit
import Testing

@testable import Authority
@testable import Wire

/// Coming back with the join method that ships: with a certificate, without one, and too often. A test
/// with the name of a row of the conformance table does what the row says.
@Suite(.enabled(if: VerifierFolder.hasShipped, "run make plugins first"))
struct ReturnTests {
  @Test("generations, and generations after recovery")
  func generationsRiseInOneInstanceAndBeginAnewInTheNext() async throws {
    var (cluster, client) = try await KeypairSetup.registration(recovery: "recovery: {limit: 3}")
    let first = try await client.join(cluster).joined.identity
    #expect(first.generation == 1)
    for generation in UInt64(2)...11 {
      let identity = try await client.join(cluster).joined.identity
      #expect(identity.generation == generation)
      #expect(identity.botInstanceID == first.botInstanceID)
    }
    #expect(try await cluster.recoveryCount() == 1)
    let second = try await client.recover(cluster).joined.identity
    #expect(second.generation == 1)
    #expect(second.botInstanceID != first.botInstanceID)
    #expect(try await cluster.boundInstance() == second.botInstanceID)
    let record = try await cluster.get("bot_instance", "robot/\(second.botInstanceID)")
    #expect(record["spec"]?["previous_instance_id"]?.string == first.botInstanceID)
    #expect(try await client.join(cluster).joined.identity.generation == 2)
    #expect(try await cluster.recoveryCount() == 2)
  }

  @Test("standard exhausted")
  func recoveriesEndAtTheLimit() async throws {
    var (cluster, client) = try await KeypairSetup.registration()
    try await client.join(cluster)
    try await client.recover(cluster)
    client.peer = nil
    let error = try await KeypairSetup.failure(client, cluster)
    #expect(error.code == .accessDenied)
    #expect(error.message.hasPrefix("no recovery attempts remaining"))
    #expect(try await cluster.recoveryCount() == 2)
    #expect(try await cluster.all("lock").isEmpty)
  }

  @Test("relaxed over limit")
  func relaxedTokensCountButDoNotLimit() async throws {
    var (cluster, client) = try await KeypairSetup.registration(
      recovery: "recovery: {mode: relaxed}")
    try await client.join(cluster)
    for _ in 0..<3 { try await client.recover(cluster) }
    #expect(try await cluster.recoveryCount() == 4)
    (client.joinState, client.peer) = ([], nil)
    let error = try await KeypairSetup.failure(client, cluster)
    #expect(error.message.hasPrefix("join state verification failed"))
    #expect(try await cluster.all("lock").isEmpty)
  }

  @Test func insecureTokensNeedNothingButTheKey() async throws {
    var (cluster, client) = try await KeypairSetup.registeredKey("recovery: {mode: insecure}")
    try await client.join(cluster)
    (client.joinState, client.peer) = ([], nil)
    let identity = try await client.join(cluster).joined.identity
    let record = try await cluster.get("bot_instance", "robot/\(identity.botInstanceID)")
    #expect(record["spec"]?["previous_instance_id"] == nil)
    client.wrongKey = try PrivateKey.generate(.ed25519)
    for peer in [nil, client.peer] {
      client.peer = peer
      let error = try await KeypairSetup.failure(client, cluster)
      #expect(error.message.hasPrefix("validating challenge response"))
    }
    #expect(try await cluster.recoveryCount() == 2)
  }

  @Test("soft rejoin, wrong instance")
  func aCertificateOfAnInstanceThatIsNoLongerBoundIsRefused() async throws {
    var (cluster, client) = try await KeypairSetup.registeredKey("recovery: {mode: insecure}")
    try await client.join(cluster)
    let old = client
    try await client.recover(cluster)
    let error = try await KeypairSetup.failure(old, cluster)
    #expect(error.code == .accessDenied)
    #expect(error.message.hasPrefix("bot instance mismatch"))
  }

  @Test("recovery")
  func aBoundKeyWithoutACertificateGetsANewInstance() async throws {
    var client = try KeypairClient.registered()
    let cluster = try await Cluster.withKeypairToken(
      ["recovery: {mode: insecure}"],
      status: [
        "bound_public_key: \"\(client.publicKey)\"", "bound_bot_instance_id: asdf",
        "recovery_count: 0",
      ])
    let identity = try await client.join(cluster).joined.identity
    #expect(identity.botInstanceID != "asdf")
    #expect(try await cluster.boundInstance() == identity.botInstanceID)
    #expect(try await cluster.recoveryCount() == 1)
  }

  @Test("standard second")
  func theSecondJoinOfTwoCarriesItsSequence() async throws {
    var (cluster, client) = try await KeypairSetup.registeredKey()
    for sequence in Int64(1)...2 {
      try await client.recover(cluster)
      let claims = client.joinState.split(separator: UInt8(ascii: "."))[1]
      let document = try JSON.parse(try #require(Base64URL.decode(claims)))
      #expect(document["recovery_sequence"]?.int64 == sequence)
      #expect(try await cluster.recoveryCount() == sequence)
    }
  }

  @Test("soft rejoin, and soft rejoin, wrong key")
  func aValidCertificateCostsNoRecovery()
    async throws
  {
    var (cluster, client) = try await KeypairSetup.registeredKey()
    let first = try await client.join(cluster).joined.identity
    let second = try await client.join(cluster).joined.identity
    #expect(second.botInstanceID == first.botInstanceID)
    #expect(try await cluster.recoveryCount() == 1)
    client.wrongKey = try PrivateKey.generate(.ed25519)
    let error = try await KeypairSetup.failure(client, cluster)
    #expect(error.message.hasPrefix("validating challenge response"))
    #expect(try await cluster.boundInstance() == first.botInstanceID)
    #expect(try await cluster.all("lock").isEmpty)
  }

  @Test("scoped bot, but for the scope")
  func aBotOfTwoRecoveriesFromTheFirstToTheLast() async throws {
    var (cluster, client) = try await KeypairSetup.registration()
    let first = try await client.join(cluster).joined.identity
    #expect(try await client.join(cluster).joined.identity.generation == 2)
    cluster.clock.advance(60)
    let second = try await client.recover(cluster).joined.identity
    #expect((second.generation, second.botInstanceID == first.botInstanceID) == (1, false))
    let status = try await cluster.keypairStatus()
    #expect(status["recovery_count"]?.int64 == 2)
    #expect(status["registration_secret"] == nil)
    #expect(status["last_recovered_at"]?.string == "2027-01-15T08:01:00Z")
    client.peer = nil
    let error = try await KeypairSetup.failure(client, cluster)
    #expect(error.message.hasPrefix("no recovery attempts remaining"))
  }
}
