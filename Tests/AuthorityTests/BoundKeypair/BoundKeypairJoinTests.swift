import BoundKeypairMessages
import Credentials
import Documents
import PluginKit
import Testing

@testable import Authority
@testable import Wire

/// The join method that ships, through its shared object and the whole join service: what its own tests
/// cannot see is what the core makes of its verdicts.
@Suite(.enabled(if: VerifierFolder.hasShipped, "run make plugins first"))
struct BoundKeypairJoinTests {
  private static let recovery = "recovery: {mode: standard, limit: 2}"
  private static let secret = "0123456789abcdef0123456789abcdef"

  /// A token with a secret, and the client that knows it.
  private func registration(
    _ more: String..., recovery: String = recovery
  ) async throws -> (Cluster, KeypairClient) {
    let cluster = try await Cluster.withKeypairToken([
      "onboarding: {registration_secret: \(Self.secret)\(more.map { ", \($0)" }.joined())}",
      recovery,
    ])
    return (cluster, KeypairClient(secret: Self.secret))
  }

  /// A token with a client's key, and the client.
  private func registeredKey(
    _ recovery: String = recovery, _ more: String...
  ) async throws -> (Cluster, KeypairClient) {
    let client = try KeypairClient.registered()
    let cluster = try await Cluster.withKeypairToken(
      ["onboarding: {initial_public_key: \"\(client.publicKey)\"}", recovery] + more)
    return (cluster, client)
  }

  /// The error of a join that must fail.
  private func failure(_ client: KeypairClient, _ cluster: Cluster) async throws -> RPCError {
    var client = client
    return try await refusal { try await client.join(cluster) }
  }

  // MARK: the first join

  @Test func aRegisteredKeyJoinsAndIsBound() async throws {
    var (cluster, client) = try await registeredKey()
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

  @Test func anotherKeyThanTheRegisteredOneIsRefused() async throws {
    var (cluster, client) = try await registeredKey()
    client.wrongKey = try PrivateKey.generate(.ed25519)
    let error = try await failure(client, cluster)
    #expect(error.code == .accessDenied)
    #expect(error.message == "failed to complete challenge")
    #expect(try await cluster.recoveryCount() == 0)
    let event = try #require(cluster.audit.lines("bound_keypair.recovery").first)
    #expect(event.success == false)
  }

  @Test func aSecretRegistersAKeyOnce() async throws {
    var (cluster, client) = try await registration()
    #expect(
      try await cluster.keypairStatus()["registration_secret"]?.string == Self.secret)
    let outcome = try await client.join(cluster)
    #expect((outcome.challenges, outcome.rotations) == (1, 1))
    let status = try await cluster.keypairStatus()
    #expect(status["registration_secret"] == nil)
    #expect(status["bound_public_key"]?.string == client.publicKey)
    #expect(status["last_rotated_at"] == nil)
    let second = try await failure(KeypairClient(secret: Self.secret), cluster)
    #expect(second.code == .accessDenied)
    #expect(cluster.audit.lines.allSatisfy { !$0.json.contains(Self.secret) })
  }

  @Test(arguments: ["", "0123456789abcdef0123456789abcdee", "x"])
  func withoutTheSecretNothingIsEvenChallenged(_ secret: String) async throws {
    let (cluster, _) = try await registration()
    let error = try await failure(KeypairClient(secret: secret), cluster)
    #expect(error.code == .accessDenied)
    #expect(error.message.hasPrefix("a valid registration secret is required"))
    #expect(try await cluster.keypairStatus()["registration_secret"]?.string == Self.secret)
    if secret.count > 1 {
      #expect(cluster.audit.lines.allSatisfy { !$0.json.contains(secret) })
    }
  }

  @Test func aSecretOfTheAuthoritysMakingIsShownAndWorks() async throws {
    let cluster = try await Cluster.withKeypairToken([Self.recovery])
    let made = try #require(try await cluster.keypairStatus()["registration_secret"]?.string)
    #expect(made.count == 32 && made.allSatisfy { $0.isHexDigit })
    let wrong = try await failure(KeypairClient(secret: Self.secret), cluster)
    #expect(wrong.message.hasPrefix("a valid registration secret is required"))
    var client = KeypairClient(secret: made)
    try await client.join(cluster)
  }

  @Test func aSecretIsNoLongerGoodAfterItsTime() async throws {
    let (cluster, client) = try await registration(
      "must_register_before: \"2027-01-15T08:00:00Z\"")
    cluster.clock.advance(1)
    let error = try await failure(client, cluster)
    #expect(error.message.hasPrefix("a valid registration secret is required"))
    let audit = try #require(cluster.audit.lines("bot.join").last?.text("error"))
    #expect(audit.contains("must_register_before has passed"))
  }

  @Test func aCertificateAndNoBoundKeyContradictEachOther() async throws {
    var (cluster, client) = try await registration()
    try await client.join(cluster)
    // The token is made anew from its file, without status: the binding is dropped.
    try await cluster.putKeypairToken([
      "onboarding: {registration_secret: \(Self.secret)}", Self.recovery,
    ])
    let error = try await failure(client, cluster)
    #expect(error.code == .badParameter)
    #expect(
      error.message.hasPrefix(
        "cannot perform first bound keypair join with existing credentials"))
    client = KeypairClient(secret: Self.secret)
    #expect(try await client.join(cluster).joined.identity.generation == 1)
  }

  @Test func gettingEditingAndReplacingATokenKeepsItsBinding() async throws {
    var (cluster, client) = try await registration()
    try await client.join(cluster)
    let token = try await cluster.get("token", "gate")
    let text = String(decoding: JSON.serialize(token), as: UTF8.self)
    try await cluster.apply(text.replacing("\"limit\":2", with: "\"limit\":9"), force: true)
    #expect(try await client.join(cluster).joined.identity.generation == 2)
    #expect(try await client.recover(cluster).joined.identity.generation == 1)
  }

  @Test func aKeyWithoutAnInstanceIsARecordToMakeAnew() async throws {
    let client = try KeypairClient.registered()
    let cluster = try await Cluster.withKeypairToken(
      [Self.recovery], status: ["bound_public_key: \"\(client.publicKey)\""])
    let error = try await failure(client, cluster)
    #expect(error.code == .badParameter)
    #expect(error.message == "bad backend state, please recreate the join token")
  }

  // MARK: coming back

  @Test func generationsRiseInOneInstanceAndBeginAnewInTheNext() async throws {
    var (cluster, client) = try await registration(recovery: "recovery: {limit: 3}")
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

  @Test func recoveriesEndAtTheLimit() async throws {
    var (cluster, client) = try await registration()
    try await client.join(cluster)
    try await client.recover(cluster)
    client.peer = nil
    let error = try await failure(client, cluster)
    #expect(error.code == .accessDenied)
    #expect(error.message.hasPrefix("no recovery attempts remaining"))
    #expect(try await cluster.recoveryCount() == 2)
    #expect(try await cluster.all("lock").isEmpty)
  }

  @Test func relaxedTokensCountButDoNotLimit() async throws {
    var (cluster, client) = try await registration(recovery: "recovery: {mode: relaxed}")
    try await client.join(cluster)
    for _ in 0..<3 { try await client.recover(cluster) }
    #expect(try await cluster.recoveryCount() == 4)
    (client.joinState, client.peer) = ([], nil)
    let error = try await failure(client, cluster)
    #expect(error.message.hasPrefix("join state verification failed"))
    #expect(try await cluster.all("lock").isEmpty)
  }

  @Test func insecureTokensNeedNothingButTheKey() async throws {
    var (cluster, client) = try await registeredKey("recovery: {mode: insecure}")
    try await client.join(cluster)
    (client.joinState, client.peer) = ([], nil)
    let identity = try await client.join(cluster).joined.identity
    let record = try await cluster.get("bot_instance", "robot/\(identity.botInstanceID)")
    #expect(record["spec"]?["previous_instance_id"] == nil)
    client.wrongKey = try PrivateKey.generate(.ed25519)
    for peer in [nil, client.peer] {
      client.peer = peer
      let error = try await failure(client, cluster)
      #expect(error.message.hasPrefix("validating challenge response"))
    }
    #expect(try await cluster.recoveryCount() == 2)
  }

  @Test func aCertificateOfAnInstanceThatIsNoLongerBoundIsRefused() async throws {
    var (cluster, client) = try await registeredKey("recovery: {mode: insecure}")
    try await client.join(cluster)
    let old = client
    try await client.recover(cluster)
    let error = try await failure(old, cluster)
    #expect(error.code == .accessDenied)
    #expect(error.message == "bot instance mismatch")
  }
}
