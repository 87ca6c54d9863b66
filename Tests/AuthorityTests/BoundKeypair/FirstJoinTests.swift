import BoundKeypairMessages
import Credentials
import Documents
import PluginKit
import Testing

@testable import Authority
@testable import Wire

/// The join method that ships, through its shared object and the whole join service: what its own tests
/// cannot see is what the core makes of its verdicts. A test with the name of a row of the conformance
/// table does what the row says.
@Suite(.enabled(if: VerifierFolder.hasShipped, "run make plugins first"))
struct FirstJoinTests {
  @Test("initial join")
  func aRegisteredKeyJoinsAndIsBound() async throws {
    var (cluster, client) = try await KeypairSetup.registeredKey()
    let outcome = try await client.join(cluster)
    #expect((outcome.challenges, outcome.rotations) == (1, 0))
    let status = try await cluster.keypairStatus()
    #expect(status["recovery_count"]?.int64 == 1)
    #expect(status["bound_public_key"]?.string == client.publicKey)
    #expect(
      status["bound_bot_instance_id"]?.string == outcome.joined.identity.botInstanceID)
    #expect(status["last_recovered_at"]?.string == "2027-01-15T08:00:00Z")
    #expect(!client.joinState.isEmpty)
  }

  @Test("initial, wrong key")
  func anotherKeyThanTheRegisteredOneIsRefused() async throws {
    var (cluster, client) = try await KeypairSetup.registeredKey()
    client.wrongKey = try PrivateKey.generate(.ed25519)
    let error = try await KeypairSetup.failure(client, cluster)
    #expect(error.code == .accessDenied)
    #expect(error.message.hasPrefix("failed to complete challenge; "))
    #expect(try await cluster.recoveryCount() == 0)
    let event = try #require(cluster.audit.lines("bound_keypair.recovery").first)
    #expect(event.success == false)
  }

  @Test("registration")
  func aSecretRegistersAKeyOnce() async throws {
    var (cluster, client) = try await KeypairSetup.registration()
    #expect(
      try await cluster.keypairStatus()["registration_secret"]?.string == KeypairSetup.secret)
    let outcome = try await client.join(cluster)
    #expect((outcome.challenges, outcome.rotations) == (1, 1))
    let status = try await cluster.keypairStatus()
    #expect(status["registration_secret"] == nil)
    #expect(status["bound_public_key"]?.string == client.publicKey)
    #expect(status["last_rotated_at"] == nil)
    try await client.use(cluster)
    let second = try await KeypairSetup.failure(KeypairClient(secret: KeypairSetup.secret), cluster)
    #expect(second.code == .accessDenied)
    #expect(cluster.audit.lines.allSatisfy { !$0.json.contains(KeypairSetup.secret) })
  }

  @Test("registration, wrong", arguments: ["", "0123456789abcdef0123456789abcdee", "x"])
  func withoutTheSecretNothingIsEvenChallenged(_ secret: String) async throws {
    let (cluster, _) = try await KeypairSetup.registration()
    let error = try await KeypairSetup.failure(KeypairClient(secret: secret), cluster)
    #expect(error.code == .accessDenied)
    #expect(error.message.hasPrefix("a valid registration secret is required"))
    #expect(try await cluster.keypairStatus()["registration_secret"]?.string == KeypairSetup.secret)
    if secret.count > 1 {
      #expect(cluster.audit.lines.allSatisfy { !$0.json.contains(secret) })
    }
  }

  @Test("registration, wrong vs generated")
  func aSecretOfTheAuthoritysMakingIsShownAndWorks() async throws {
    let cluster = try await Cluster.withKeypairToken([KeypairSetup.recovery])
    let made = try #require(try await cluster.keypairStatus()["registration_secret"]?.string)
    #expect(made.count == 32 && made.allSatisfy { $0.isHexDigit })
    let wrong = try await KeypairSetup.failure(KeypairClient(secret: KeypairSetup.secret), cluster)
    #expect(wrong.message.hasPrefix("a valid registration secret is required"))
    var client = KeypairClient(secret: made)
    try await client.join(cluster)
  }

  @Test("registration, late")
  func aSecretIsNoLongerGoodAfterItsTime() async throws {
    let (cluster, client) = try await KeypairSetup.registration(
      "must_register_before: \"2027-01-15T08:00:00Z\"")
    cluster.clock.advance(1)
    let error = try await KeypairSetup.failure(client, cluster)
    #expect(error.message.hasPrefix("a valid registration secret is required"))
    let audit = try #require(cluster.audit.lines("bot.join").last?.text("error"))
    #expect(audit.contains("must_register_before has passed"))
  }

  @Test func aCertificateAndNoBoundKeyContradictEachOther() async throws {
    var (cluster, client) = try await KeypairSetup.registration()
    try await client.join(cluster)
    // The token is made anew from its file, without status: the binding is dropped.
    try await cluster.putKeypairToken([
      "onboarding: {registration_secret: \(KeypairSetup.secret)}", KeypairSetup.recovery,
    ])
    let error = try await KeypairSetup.failure(client, cluster)
    #expect(error.code == .badParameter)
    #expect(
      error.message.hasPrefix(
        "cannot perform first bound keypair join with existing credentials"))
    client = KeypairClient(secret: KeypairSetup.secret)
    #expect(try await client.join(cluster).joined.identity.generation == 1)
  }

  @Test func gettingEditingAndReplacingATokenKeepsItsBinding() async throws {
    var (cluster, client) = try await KeypairSetup.registration()
    try await client.join(cluster)
    let token = try await cluster.get("token", "gate")
    let text = String(decoding: JSON.serialize(token), as: UTF8.self)
    try await cluster.apply(text.replacing("\"limit\":2", with: "\"limit\":9"), force: true)
    #expect(try await client.join(cluster).joined.identity.generation == 2)
    #expect(try await client.recover(cluster).joined.identity.generation == 1)
  }

  @Test("key without instance")
  func aKeyWithoutAnInstanceIsARecordToMakeAnew() async throws {
    let client = try KeypairClient.registered()
    let cluster = try await Cluster.withKeypairToken(
      [KeypairSetup.recovery], status: ["bound_public_key: \"\(client.publicKey)\""])
    let error = try await KeypairSetup.failure(client, cluster)
    #expect(error.code == .badParameter)
    #expect(error.message.hasPrefix("bad backend state, please recreate the join token; "))
  }

  @Test("registration vs initial key")
  func aRegisteredKeyIsAskedForEvenOfWhoKnowsTheSecret()
    async throws
  {
    let owner = try KeypairClient.registered()
    let cluster = try await Cluster.withKeypairToken([
      "onboarding: {initial_public_key: \"\(owner.publicKey)\", registration_secret: \(KeypairSetup.secret)}",
      KeypairSetup.recovery,
    ])
    var thief = try KeypairClient.registered()
    (thief.secret, thief.wrongKey) = (KeypairSetup.secret, thief.keys.first)
    let error = try await KeypairSetup.failure(thief, cluster)
    #expect(error.message.hasPrefix("failed to complete challenge; "))
    #expect(try await cluster.recoveryCount() == 0)
  }
}
