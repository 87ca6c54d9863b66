import Credentials
import Documents
import Testing

@testable import Authority
@testable import Wire

/// Generations and lineages, whichever the join method.
@Suite struct LineageTests {
  private static let mismatch = "certificate generation mismatch"

  @Test func aStaleCertificateLocksTheTokenOnce() async throws {
    let cluster = try await Cluster.withTokens()
    let first = try await cluster.join(saying: "new")
    let second = try await cluster.join(saying: "keep", as: first.peer)
    _ = try await cluster.api.ping(peer: second.peer)
    let error = try await refusal { try await cluster.join(saying: "keep", as: first.peer) }
    #expect(error.code == .accessDenied)
    #expect(error.message.contains("cert generation mismatch: stored=2, presented=1"))
    let locks = try await cluster.all("lock")
    #expect(locks.count == 1)
    let spec = try #require(locks.first?["spec"])
    #expect(spec["target"]?["join_token"]?.string == "gate")
    #expect(spec["created_at"]?.string == "2027-01-15T08:00:00Z")
    let message = try #require(spec["message"]?.string)
    #expect(message.contains("have been locked due to a \(Self.mismatch)"))
    // From now on whoever comes with the token meets the lock, and makes no other one.
    for peer in [first.peer, second.peer, Cluster.stranger] {
      let error = try await refusal { try await cluster.join(saying: "keep", as: peer) }
      #expect(error.code == .accessDenied)
      #expect(error.message == message)
      let call = try await refusal { try await cluster.api.domainName(peer: second.peer) }
      #expect(call.code == .accessDenied)
      #expect(call.message == "access denied: \(message)")
    }
    #expect(try await cluster.all("lock").count == 1)
    #expect(cluster.audit.lines("lock.created").count == 1)
    #expect(cluster.audit.lines("lock.created").first?.text("message") == message)
  }

  @Test func aRemovedLockLetsTheLastCertificateInAgain() async throws {
    let cluster = try await Cluster.withTokens()
    let first = try await cluster.join(saying: "new")
    let second = try await cluster.join(saying: "keep", as: first.peer)
    _ = try await cluster.api.ping(peer: second.peer)
    _ = try await refusal { try await cluster.join(saying: "keep", as: first.peer) }
    let lock = try #require(try await cluster.all("lock").first?["metadata"]?["name"]?.string)
    try await cluster.remove("lock", lock)
    #expect(try await cluster.join(saying: "keep", as: second.peer).identity.generation == 3)
  }

  @Test func aLineageWhoseRecordIsGoneCountsAsStale() async throws {
    let cluster = try await Cluster.withTokens()
    let joined = try await cluster.join(saying: "new")
    try await cluster.remove("bot_instance", "robot/\(joined.identity.botInstanceID)")
    let error = try await refusal { try await cluster.join(saying: "keep", as: joined.peer) }
    #expect(error.message.contains("cert generation mismatch: stored=0, presented=1"))
    #expect(try await cluster.all("lock").count == 1)
  }

  @Test(arguments: ["gate", "lax"])
  func aCertificateWithoutGenerationIsRefusedWithoutALock(_ token: String) async throws {
    let cluster = try await Cluster.withTokens()
    let joined = try await cluster.join(saying: "new", token: token)
    var identity = joined.identity
    identity.generation = 0
    let key = try PrivateKey.generate(.ecdsaP256).publicKey
    let now = cluster.clock.now
    let certificate = try cluster.core.keys.userTLS.issue(
      identity, for: key, validity: Validity(from: now, until: now + 60))
    let peer = Peer(remoteAddress: "192.0.2.7:1", certificateChain: [certificate.der])
    let error = try await refusal {
      try await cluster.join(saying: "keep", token: token, as: peer)
    }
    #expect(error.code == .accessDenied)
    #expect(error.message.hasPrefix("a current identity generation must be provided"))
    #expect(try await cluster.all("lock").isEmpty)
  }

  @Test func aMethodThatOnlyLogsGenerationsGoesOnFromWhatIsStored() async throws {
    let cluster = try await Cluster.withTokens()
    let first = try await cluster.join(saying: "new", token: "lax")
    let second = try await cluster.join(saying: "keep", token: "lax", as: first.peer)
    #expect(second.identity.generation == 2)
    let third = try await cluster.join(saying: "keep", token: "lax", as: first.peer)
    #expect(third.identity.generation == 3)
    #expect(third.identity.botInstanceID == first.identity.botInstanceID)
    try await cluster.remove("bot_instance", "robot/\(first.identity.botInstanceID)")
    let fourth = try await cluster.join(saying: "keep", token: "lax", as: third.peer)
    #expect(fourth.identity.generation == 1)
    #expect(fourth.identity.botInstanceID != first.identity.botInstanceID)
    #expect(try await cluster.all("lock").isEmpty)
  }

  @Test func aVerdictWithoutACallerOpensANewLineage() async throws {
    let cluster = try await Cluster.withTokens()
    let joined = try await cluster.join(saying: "keep")
    #expect(joined.identity.generation == 1)
    let instance = try await cluster.get("bot_instance", "robot/\(joined.identity.botInstanceID)")
    #expect(instance["spec"]?["previous_instance_id"] == nil)
  }
}
