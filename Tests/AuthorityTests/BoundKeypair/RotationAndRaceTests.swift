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
    if let rotateAfter { try await cluster.askForRotation(after: rotateAfter) }
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
    #expect(error.message.contains("public key may not be reused after rotation; "))
    #expect(try await cluster.keypairStatus()["bound_public_key"]?.string == client.publicKey)
  }

  @Test("rotation refused by client")
  func aClientThatCannotRotateKeepsItsKey() async throws {
    var (cluster, client) = try await joined(rotateAfter: "2027-01-15T08:00:00Z")
    client.rotation = .giveUp
    let error = try await refusal { try await client.join(cluster) }
    #expect(error.code == .accessDenied)
    #expect(
      error.message.hasPrefix(
        "requesting a new public key: the client gave up: \"no entropy left\"; "))
    #expect(try await cluster.keypairStatus()["bound_public_key"]?.string == client.publicKey)
    client.rotation = .freshKey
    try await client.join(cluster)
  }

  @Test(arguments: [1, 5])
  func anyNumberOfClientsWithOneSecretGetInOnce(_ limit: Int) async throws {
    let cluster = try await Cluster.withKeypairToken([
      "onboarding: {registration_secret: \(Self.secret)}", "recovery: {limit: \(limit)}",
    ])
    // Until one of them uses what it got, each takes the place of the one before.
    let inside = await outcomes(of: 64, cluster) { KeypairClient(secret: Self.secret) }
    #expect(inside.count >= 1)
    #expect(try await cluster.recoveryCount() == 1)
    let used = await users(inside, cluster)
    #expect(used <= 1)
    #expect(try await cluster.recoveryCount() == 1)
    #expect(cluster.audit.lines("join.confirmed").count == used)
    #expect(try await cluster.all("lock").count == (inside.count > used ? 1 : 0))
  }

  @Test func recoveriesAtOnceNeverExceedTheLimit() async throws {
    let limit = 5
    let client = try KeypairClient.registered()
    let cluster = try await Cluster.withKeypairToken([
      "onboarding: {initial_public_key: \"\(client.publicKey)\"}",
      "recovery: {mode: standard, limit: \(limit)}",
    ])
    // 64 machines with the same key. Each recovers with the newest join state of its own, and with the
    // first one of all while it has none, and uses what it gets, until it is told to stop.
    let used = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<64 {
        group.addTask {
          var (mine, used) = (client, 0)
          while true {
            do {
              try await mine.recover(cluster)
              try await mine.use(cluster)
              used += 1
            } catch let error as RPCError where error.code == .compareFailed {
              continue
            } catch {
              return used
            }
          }
        }
      }
      return await group.reduce(0, +)
    }
    let count = try #require(try await cluster.recoveryCount())
    #expect(used <= limit)
    #expect(count >= 1 && count <= limit)
    #expect(cluster.audit.lines("join.confirmed").count == used)
  }

  @Test func oneAfterAnotherExactlyTheLimitGetIn() async throws {
    let limit = 5
    var client = try KeypairClient.registered()
    let cluster = try await Cluster.withKeypairToken([
      "onboarding: {initial_public_key: \"\(client.publicKey)\"}",
      "recovery: {mode: standard, limit: \(limit)}",
    ])
    for _ in 0..<limit { try await client.recover(cluster) }
    try await client.use(cluster)
    let won = await outcomes(of: 64, cluster) { [client] in
      var client = client
      client.peer = nil
      return client
    }
    #expect(won.isEmpty)
    #expect(try await cluster.recoveryCount() == Int64(limit))
    #expect(try await cluster.all("lock").isEmpty)
  }

  @Test func insecureRecoveriesAtOnceAreCountedOneByOne() async throws {
    let client = try KeypairClient.registered()
    let cluster = try await Cluster.withKeypairToken([
      "onboarding: {initial_public_key: \"\(client.publicKey)\"}", "recovery: {mode: insecure}",
    ])
    let won = await outcomes(of: 64, cluster) { client }.count
    #expect(won >= 1)
    #expect(try await cluster.recoveryCount() == Int64(won))
    #expect(try await cluster.all("bot_instance").count == won)
  }

  /// Runs joins at once and gives the clients that got in.
  private func outcomes(
    of count: Int, _ cluster: Cluster, _ make: @escaping @Sendable () -> KeypairClient
  ) async -> [KeypairClient] {
    await withTaskGroup(of: KeypairClient?.self) { group in
      for _ in 0..<count {
        group.addTask {
          var client = make()
          return (try? await client.join(cluster)) == nil ? nil : client
        }
      }
      return await group.reduce(into: []) { inside, client in
        if let client { inside.append(client) }
      }
    }
  }

  /// Calls of all clients at once, and how many were answered.
  private func users(_ clients: [KeypairClient], _ cluster: Cluster) async -> Int {
    await withTaskGroup(of: Int.self) { group in
      for client in clients {
        group.addTask { (try? await client.use(cluster)) == nil ? 0 : 1 }
      }
      return await group.reduce(0, +)
    }
  }
}
