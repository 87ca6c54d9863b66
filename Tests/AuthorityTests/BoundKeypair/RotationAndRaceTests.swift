import Credentials
import Documents
import Testing

@testable import Authority
@testable import Wire

/// Key rotation, and many clients at the same moment.
@Suite(.enabled(if: VerifierFolder.hasShipped, "run make plugins first"))
struct RotationAndRaceTests {
  private static let secret = "0123456789abcdef0123456789abcdef"

  /// A client that has joined, and a token that wants another key from a moment on.
  private func joined(
    rotateAfter: String? = nil, limit: Int = 9
  ) async throws -> (Cluster, KeypairClient) {
    let cluster = try await Cluster.withKeypairToken([
      "onboarding: {registration_secret: \(Self.secret)}",
      "recovery: {mode: standard, limit: \(limit)}",
    ])
    var client = KeypairClient(secret: Self.secret)
    try await client.join(cluster)
    if let rotateAfter {
      let token = try await cluster.get("token", "gate")
      let spec = try #require(token["spec"])
      let section = try #require(spec["bound_keypair"])
        .setting("rotate_after", .text(rotateAfter))
      let changed = token.setting("spec", spec.setting("bound_keypair", section))
      try await cluster.apply(
        String(decoding: JSON.serialize(changed), as: UTF8.self), force: true)
    }
    return (cluster, client)
  }

  @Test("first rotation")
  func aDueRotationBindsANewKeyOnce() async throws {
    var (cluster, client) = try await joined(rotateAfter: "2027-01-15T08:00:10Z")
    let before = client.publicKey
    #expect(try await client.join(cluster).rotations == 0)
    cluster.clock.advance(10)
    let outcome = try await client.join(cluster)
    #expect((outcome.challenges, outcome.rotations) == (2, 1))
    #expect(client.publicKey != before)
    let status = try await cluster.keypairStatus()
    #expect(status["bound_public_key"]?.string == client.publicKey)
    #expect(status["last_rotated_at"]?.string == "2027-01-15T08:00:10Z")
    #expect(status["recovery_count"]?.int64 == 1)
    #expect(try await client.join(cluster).rotations == 0)
    #expect(cluster.audit.lines("bound_keypair.rotation").map(\.success) == [true])
  }

  @Test func aRecoveryRotatesToo() async throws {
    var (cluster, client) = try await joined(rotateAfter: "2027-01-15T08:00:00Z")
    let outcome = try await client.recover(cluster)
    #expect((outcome.challenges, outcome.rotations) == (2, 1))
    #expect(try await cluster.recoveryCount() == 2)
  }

  @Test("rotation reuse")
  func theOldKeyMayNotComeBackAsTheNewOne() async throws {
    var (cluster, client) = try await joined(rotateAfter: "2027-01-15T08:00:00Z")
    client.rotation = .sameKey
    let error = try await refusal { try await client.join(cluster) }
    #expect(error.code == .badParameter)
    #expect(error.message.hasSuffix("public key may not be reused after rotation"))
    #expect(try await cluster.keypairStatus()["bound_public_key"]?.string == client.publicKey)
  }

  @Test("rotation refused by client")
  func aClientThatCannotRotateKeepsItsKey() async throws {
    var (cluster, client) = try await joined(rotateAfter: "2027-01-15T08:00:00Z")
    client.rotation = .giveUp
    let error = try await refusal { try await client.join(cluster) }
    #expect(error.code == .accessDenied)
    #expect(
      error.message
        == "requesting a new public key: the client gave up: \"no entropy left\"")
    #expect(try await cluster.keypairStatus()["bound_public_key"]?.string == client.publicKey)
    client.rotation = .freshKey
    try await client.join(cluster)
  }

  @Test func aLostResultWithANewKeyIsFoundInTheHistory() async throws {
    var (cluster, client) = try await joined(rotateAfter: "2027-01-15T08:00:00Z")
    let before = client
    try await client.join(cluster)
    // The machine made the new key durable before it answered, but never saw the result.
    var again = before
    again.keys = client.keys
    let error = try await refusal { try await again.join(cluster) }
    #expect(error.message.contains("cert generation mismatch"))
  }

  @Test(arguments: [1, 5])
  func anyNumberOfClientsWithOneSecretGetInOnce(_ limit: Int) async throws {
    let cluster = try await Cluster.withKeypairToken([
      "onboarding: {registration_secret: \(Self.secret)}", "recovery: {limit: \(limit)}",
    ])
    let won = await outcomes(of: 64, cluster) { KeypairClient(secret: Self.secret) }
    #expect(won == 1)
    #expect(try await cluster.recoveryCount() == 1)
    #expect(try await cluster.all("bot_instance").count == 1)
    #expect(cluster.audit.lines("bot.join").filter { $0.success == true }.count == 1)
  }

  @Test func recoveriesAtOnceNeverExceedTheLimit() async throws {
    let limit = 5
    let client = try KeypairClient.registered()
    let cluster = try await Cluster.withKeypairToken([
      "onboarding: {initial_public_key: \"\(client.publicKey)\"}",
      "recovery: {mode: standard, limit: \(limit)}",
    ])
    // Every one of them takes the newest join state there is, and tries until it is told to stop.
    let shared = SharedState(client)
    let won = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<64 {
        group.addTask {
          var won = 0
          while true {
            var mine = await shared.client
            do {
              try await mine.recover(cluster)
              await shared.learn(mine)
              won += 1
            } catch let error as RPCError where error.code == .compareFailed {
              continue
            } catch {
              return won
            }
          }
        }
      }
      return await group.reduce(0, +)
    }
    #expect(won <= limit)
    #expect(won >= 1)
    #expect(try await cluster.recoveryCount() == Int64(won))
    #expect(
      cluster.audit.lines("bot.join").filter { $0.success == true }.count == won)
  }

  @Test func oneAfterAnotherExactlyTheLimitGetIn() async throws {
    let limit = 5
    var client = try KeypairClient.registered()
    let cluster = try await Cluster.withKeypairToken([
      "onboarding: {initial_public_key: \"\(client.publicKey)\"}",
      "recovery: {mode: standard, limit: \(limit)}",
    ])
    for _ in 0..<limit { try await client.recover(cluster) }
    let won = await outcomes(of: 64, cluster) { [client] in
      var client = client
      client.peer = nil
      return client
    }
    #expect(won == 0)
    #expect(try await cluster.recoveryCount() == Int64(limit))
    #expect(try await cluster.all("lock").isEmpty)
  }

  @Test func insecureRecoveriesAtOnceAreCountedOneByOne() async throws {
    let client = try KeypairClient.registered()
    let cluster = try await Cluster.withKeypairToken([
      "onboarding: {initial_public_key: \"\(client.publicKey)\"}", "recovery: {mode: insecure}",
    ])
    let won = await outcomes(of: 64, cluster) { client }
    #expect(won >= 1)
    #expect(try await cluster.recoveryCount() == Int64(won))
    #expect(try await cluster.all("bot_instance").count == won)
  }

  /// Runs joins at once and gives how many got in.
  private func outcomes(
    of count: Int, _ cluster: Cluster, _ make: @escaping @Sendable () -> KeypairClient
  ) async -> Int {
    await withTaskGroup(of: Int.self) { group in
      for _ in 0..<count {
        group.addTask {
          var client = make()
          return (try? await client.join(cluster)) == nil ? 0 : 1
        }
      }
      return await group.reduce(0, +)
    }
  }

  private actor SharedState {
    var client: KeypairClient

    init(_ client: KeypairClient) { self.client = client }

    func learn(_ newer: KeypairClient) { client = newer }
  }
}
