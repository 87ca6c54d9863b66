import Credentials
import Documents
import Testing

@testable import Authority
@testable import Wire

/// Locks, races and foreign certificates, whichever the join method.
@Suite struct LockAndRaceTests {
  @Test func aVerdictCanLockTheToken() async throws {
    let cluster = try await Cluster.withTokens()
    let error = try await refusal { try await cluster.join(saying: "ask", "lock") }
    #expect(error.message == "badge refused")
    let locks = try await cluster.all("lock")
    #expect(locks.count == 1)
    #expect(locks.first?["spec"]?["message"]?.string == "badge was copied")
    #expect(cluster.audit.lines("bot.join").last?.text("error") == "badge was copied")
    let next = try await refusal { try await cluster.join(saying: "new") }
    #expect(next.message == "locked: badge was copied")
  }

  @Test func anyNumberOfRefusedAttemptsAtOnceLeaveOneLock() async throws {
    let cluster = try await Cluster.withTokens()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<32 {
        group.addTask { _ = try? await cluster.join(saying: "ask", "lock") }
      }
    }
    #expect(try await cluster.all("lock").count == 1)
    #expect(cluster.audit.lines("lock.created").count == 1)
  }

  @Test func aJoinThatWasUnderWayWhenTheTokenWasLockedDoesNotGetIn() async throws {
    let cluster = try await Cluster.withTokens()
    let error = try await refusal {
      try await cluster.join(saying: "ask", "new") {
        _ = try? await cluster.join(saying: "lock")
      }
    }
    #expect(error.code == .accessDenied)
    #expect(error.message == "locked: badge was copied")
    #expect(try await cluster.all("bot_instance").isEmpty)
  }

  @Test func aLockOfTheAdministratorStopsJoinsAndItsText() async throws {
    let cluster = try await Cluster.withTokens()
    let joined = try await cluster.join(saying: "new", token: "lax")
    try await cluster.apply(
      "kind: lock\nversion: v2\nmetadata: {name: stop}\n"
        + "spec: {target: {bot_instance_id: \(joined.identity.botInstanceID)}}\n")
    let error = try await refusal {
      try await cluster.join(saying: "keep", token: "lax", as: joined.peer)
    }
    #expect(error.message == "locked by stop; remove it with `tctl lock rm stop`")
    #expect(try await cluster.join(saying: "keep", token: "lax").identity.generation == 1)
  }

  @Test func theSlowerOfTwoJoinsLosesAndCanTryAgain() async throws {
    let cluster = try await Cluster.withTokens()
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
    let cluster = try await Cluster.withTokens()
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
    let cluster = try await Cluster.withTokens()
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
    let cluster = try await Cluster.withTokens()
    let joined = try await cluster.join(saying: "new", lifetime: 60)
    let stranger = try await Cluster.withTokens()
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
    let cluster = try await Cluster.withTokens()
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
