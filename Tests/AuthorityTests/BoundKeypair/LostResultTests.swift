import Credentials
import Documents
import Testing

@testable import Authority
@testable import Wire

/// Results that never arrived, through the whole join service: the machine tries again with what it has.
@Suite(.enabled(if: VerifierFolder.hasShipped, "run make plugins first"))
struct LostResultTests {
  /// Joins whose results are lost, then one that arrives and is used.
  private func join(
    _ client: inout KeypairClient, _ cluster: Cluster, afterLosing losses: Int = 3
  ) async throws -> TLSIdentity {
    for _ in 0..<losses { try await client.lose(cluster) }
    let identity = try await client.join(cluster).joined.identity
    try await client.use(cluster)
    #expect(try await cluster.all("lock").isEmpty)
    return identity
  }

  private static let modes = ["standard", "relaxed"]

  @Test(arguments: modes)
  func aFirstJoinBySecret(_ mode: String) async throws {
    var (cluster, client) = try await KeypairSetup.registration(
      recovery: "recovery: {mode: \(mode), limit: 1}")
    let identity = try await join(&client, cluster, afterLosing: 12)
    #expect(identity.generation == 1)
    let status = try await cluster.keypairStatus()
    #expect(status["recovery_count"]?.int64 == 1 && status["predecessor"] == nil)
    #expect(status["registration_secret"] == nil)
    let late = try await KeypairSetup.failure(KeypairClient(secret: KeypairSetup.secret), cluster)
    #expect(late.code == .accessDenied)
  }

  @Test(arguments: modes)
  func aFirstJoinByARegisteredKey(_ mode: String) async throws {
    var (cluster, client) = try await KeypairSetup.registeredKey(
      "recovery: {mode: \(mode), limit: 1}")
    #expect(try await join(&client, cluster).generation == 1)
    #expect(try await cluster.recoveryCount() == 1)
  }

  @Test(arguments: modes + ["insecure"])
  func aRejoin(_ mode: String) async throws {
    var (cluster, client) = try await KeypairSetup.registeredKey(
      "recovery: {mode: \(mode), limit: 1}")
    let first = try await join(&client, cluster, afterLosing: 0)
    let identity = try await join(&client, cluster, afterLosing: 70)
    #expect(identity.botInstanceID == first.botInstanceID)
    #expect(identity.generation == 72, "no generation is given twice")
    #expect(try await join(&client, cluster).generation == 76)
  }

  @Test(arguments: modes)
  func theLastRecoveryThereIs(_ mode: String) async throws {
    var (cluster, client) = try await KeypairSetup.registeredKey(
      "recovery: {mode: \(mode), limit: 2}")
    let first = try await join(&client, cluster)
    client.peer = nil
    let second = try await join(&client, cluster)
    #expect(second.botInstanceID != first.botInstanceID)
    #expect(try await cluster.recoveryCount() == 2)
    let record = try await cluster.get("bot_instance", "robot/\(second.botInstanceID)")
    #expect(record["spec"]?["previous_instance_id"]?.string == first.botInstanceID)
  }

  @Test(arguments: modes + ["insecure"])
  func aRotation(_ mode: String) async throws {
    var (cluster, client) = try await KeypairSetup.registeredKey(
      "recovery: {mode: \(mode), limit: 9}\n    rotate_after: \"2027-01-15T08:00:10Z\"")
    _ = try await join(&client, cluster)
    cluster.clock.advance(10)
    _ = try await join(&client, cluster)
    let status = try await cluster.keypairStatus()
    #expect(status["last_rotated_at"]?.string == "2027-01-15T08:00:10Z")
    client.keys = client.keys.filter {
      $0.publicKey.authorizedKey == status["bound_public_key"]?.string
    }
    #expect(client.keys.count == 1)
    _ = try await join(&client, cluster, afterLosing: 0)
  }

  @Test func aRejoinWhoseCertificateEndsMeanwhile() async throws {
    var (cluster, client) = try await KeypairSetup.registeredKey()
    let first = try await join(&client, cluster)
    try await client.lose(cluster)
    client.peer = nil
    let second = try await join(&client, cluster)
    #expect(second.botInstanceID != first.botInstanceID)
    #expect(try await cluster.recoveryCount() == 2)
  }

  /// The record of the lineage has to outlive the certificate before, not only the one that was lost.
  @Test func aRejoinThatAskedForAShorterLife() async throws {
    var (cluster, client) = try await KeypairSetup.registeredKey()
    _ = try await join(&client, cluster)
    client.lifetime = 60
    try await client.lose(cluster)
    cluster.clock.advance(3000)
    #expect(try await join(&client, cluster).generation == 6)
  }

  /// A machine whose clock was wrong recovered, lost the result, and comes back with its certificate.
  @Test func aRecoveryBesideACertificateThatIsStillGood() async throws {
    var (cluster, client) = try await KeypairSetup.registeredKey()
    let first = try await join(&client, cluster)
    var recovering = client
    recovering.peer = nil
    try await recovering.lose(cluster)
    let second = try await join(&client, cluster)
    #expect(second.botInstanceID == first.botInstanceID && second.generation == 5)
    #expect(try await cluster.recoveryCount() == 1)
  }

  @Test func insecureTokensCountWhatWasLost() async throws {
    var (cluster, client) = try await KeypairSetup.registeredKey("recovery: {mode: insecure}")
    _ = try await join(&client, cluster)
    client.peer = nil
    _ = try await join(&client, cluster)
    #expect(try await cluster.recoveryCount() == 8)
    #expect(try await cluster.keypairStatus()["predecessor"] == nil)
  }
}
