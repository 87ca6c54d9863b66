import Credentials
import Documents
import Testing

@testable import Authority
@testable import Wire

/// Generations, locks and races, whichever the join method.
@Suite struct LineageTests {
  /// A cluster with a token of each verifier of the tests.
  private func cluster() async throws -> Cluster {
    let cluster = try await Cluster.withToken()
    try await cluster.apply(
      "kind: token\nversion: v2\nmetadata: {name: lax}\n"
        + "spec: {roles: [Bot], bot_name: robot, join_method: visitor, visitor: {}}\n")
    return cluster
  }

  private static let mismatch = "certificate generation mismatch"

  @Test func aStaleCertificateLocksTheTokenOnce() async throws {
    let cluster = try await cluster()
    let first = try await cluster.join(saying: "new")
    let second = try await cluster.join(saying: "keep", as: first.peer)
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
    let cluster = try await cluster()
    let first = try await cluster.join(saying: "new")
    let second = try await cluster.join(saying: "keep", as: first.peer)
    _ = try await refusal { try await cluster.join(saying: "keep", as: first.peer) }
    let lock = try #require(try await cluster.all("lock").first?["metadata"]?["name"]?.string)
    try await cluster.remove("lock", lock)
    #expect(try await cluster.join(saying: "keep", as: second.peer).identity.generation == 3)
  }

  @Test func aLineageWhoseRecordIsGoneCountsAsStale() async throws {
    let cluster = try await cluster()
    let joined = try await cluster.join(saying: "new")
    try await cluster.remove("bot_instance", "robot/\(joined.identity.botInstanceID)")
    let error = try await refusal { try await cluster.join(saying: "keep", as: joined.peer) }
    #expect(error.message.contains("cert generation mismatch: stored=0, presented=1"))
    #expect(try await cluster.all("lock").count == 1)
  }

  @Test(arguments: ["gate", "lax"])
  func aCertificateWithoutGenerationIsRefusedWithoutALock(_ token: String) async throws {
    let cluster = try await cluster()
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
    let cluster = try await cluster()
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
    let cluster = try await cluster()
    let joined = try await cluster.join(saying: "keep")
    #expect(joined.identity.generation == 1)
    let instance = try await cluster.get("bot_instance", "robot/\(joined.identity.botInstanceID)")
    #expect(instance["spec"]?["previous_instance_id"] == nil)
  }

  @Test func aVerdictCanLockTheToken() async throws {
    let cluster = try await cluster()
    let error = try await refusal { try await cluster.join(saying: "ask", "lock") }
    #expect(error.message == "badge refused")
    let locks = try await cluster.all("lock")
    #expect(locks.count == 1)
    #expect(locks.first?["spec"]?["message"]?.string == "badge was copied")
    #expect(cluster.audit.lines("bot.join").last?.text("error") == "badge was copied")
    let next = try await refusal { try await cluster.join(saying: "new") }
    #expect(next.message == "badge was copied")
  }

  @Test func anyNumberOfRefusedAttemptsAtOnceLeaveOneLock() async throws {
    let cluster = try await cluster()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<32 {
        group.addTask { _ = try? await cluster.join(saying: "ask", "lock") }
      }
    }
    #expect(try await cluster.all("lock").count == 1)
    #expect(cluster.audit.lines("lock.created").count == 1)
  }

  @Test func aJoinThatWasUnderWayWhenTheTokenWasLockedDoesNotGetIn() async throws {
    let cluster = try await cluster()
    let error = try await refusal {
      try await cluster.join(saying: "ask", "new") {
        _ = try? await cluster.join(saying: "lock")
      }
    }
    #expect(error.code == .accessDenied)
    #expect(error.message == "badge was copied")
    #expect(try await cluster.all("bot_instance").isEmpty)
  }

  @Test func aLockOfTheAdministratorStopsJoinsAndItsText() async throws {
    let cluster = try await cluster()
    let joined = try await cluster.join(saying: "new", token: "lax")
    try await cluster.apply(
      "kind: lock\nversion: v2\nmetadata: {name: stop}\n"
        + "spec: {target: {bot_instance_id: \(joined.identity.botInstanceID)}}\n")
    let error = try await refusal {
      try await cluster.join(saying: "keep", token: "lax", as: joined.peer)
    }
    #expect(error.message == "locked by stop; remove it with `tctl rm lock/stop`")
    #expect(try await cluster.join(saying: "keep", token: "lax").identity.generation == 1)
  }

  @Test func theSlowerOfTwoJoinsLosesAndCanTryAgain() async throws {
    let cluster = try await cluster()
    let error = try await refusal {
      try await cluster.join(saying: "ask", "new") {
        _ = try? await cluster.join(saying: "new")
      }
    }
    #expect(error.code == .compareFailed)
    #expect(error.message == "committing updated token state, please try again")
    #expect(try await cluster.all("bot_instance").count == 1)
    #expect(try await cluster.get("token", "gate")["status"]?["badge"]?["joins"]?.int64 == 1)
    _ = try await cluster.join(saying: "new")
  }

  @Test func aBotThatIsReplacedDuringAJoinMakesItTryAgain() async throws {
    let cluster = try await cluster()
    let error = try await refusal {
      try await cluster.join(saying: "ask", "new") {
        try? await cluster.remove("token", "gate")
      }
    }
    #expect(error.code == .compareFailed)
    #expect(try await cluster.all("bot_instance").isEmpty)
    #expect(cluster.backend.get("/tokens/gate") == nil)
  }

  @Test func aCertificateOfAnotherBotIsToldApart() async throws {
    let cluster = try await cluster()
    try await cluster.apply(
      "kind: bot\nversion: v1\nmetadata: {name: other}\nspec: {roles: []}\n---\n"
        + "kind: token\nversion: v2\nmetadata: {name: theirs}\n"
        + "spec: {roles: [Bot], bot_name: other, join_method: badge, badge: {}}\n")
    let joined = try await cluster.join(saying: "new")
    let error = try await refusal {
      try await cluster.join(saying: "keep", token: "theirs", as: joined.peer)
    }
    #expect(error.code == .accessDenied)
    #expect(
      error.message == "the client's certificate belongs to the bot \"robot\", the token to "
        + "\"other\"; join with another storage directory")
    #expect(try await cluster.all("lock").isEmpty)
  }

  @Test func anExpiredOrForeignCertificateIsRefused() async throws {
    let cluster = try await cluster()
    let joined = try await cluster.join(saying: "new", lifetime: 60)
    let stranger = try await self.cluster()
    try await stranger.apply(
      "kind: lock\nversion: v2\nmetadata: {name: x}\nspec: {target: {join_token: other}}\n")
    cluster.clock.advance(61)
    let expired = try await refusal { try await cluster.join(saying: "keep", as: joined.peer) }
    #expect(expired.code == .accessDenied)
    #expect(expired.message.contains("expired 1 seconds ago"))
    let now = cluster.clock.now
    let key = try PrivateKey.generate(.ecdsaP256)
    let foreign = try TLSAuthority.selfSigned(
      clusterName: Cluster.name, key: .generate(.ecdsaP256), now: now
    ).issue(
      joined.identity, for: key.publicKey, validity: Validity(from: now, until: now + 60))
    let hosts = try cluster.core.keys.hostTLS.issue(
      joined.identity, for: key.publicKey, validity: Validity(from: now, until: now + 60))
    for certificate in [foreign, hosts] {
      let peer = Peer(remoteAddress: "192.0.2.7:1", certificateChain: [certificate.der])
      let error = try await refusal { try await cluster.join(saying: "keep", as: peer) }
      #expect(error.code == .accessDenied)
      #expect(error.message.contains("leads to no trusted authority"))
    }
  }

  @Test func aResultThatCannotBeDeliveredIsAuditedWithItsLineage() async throws {
    let cluster = try await cluster()
    let stream = BrokenStream()
    let error = try await refusal {
      try await JoinService(cluster: cluster.core).join(stream, peer: Cluster.stranger)
    }
    #expect(error.code == .connectionProblem)
    let line = try #require(cluster.audit.lines("bot.join").last)
    #expect(line.success == false)
    #expect(
      line.text("error") == "certificates were issued, but could not be delivered: it went away")
    let instance = try #require(line.text("bot_instance"))
    #expect(try await cluster.get("bot_instance", "robot/\(instance)")["kind"] != nil)
  }
}
