import Credentials
import Documents
import Testing

@testable import Authority
@testable import Wire

/// The order of a join, and what each wrong turn leaves behind.
@Suite struct JoinOrderTests {
  @Test("whoever does not get in hears why, and changes nothing", arguments: BadJoin.all)
  func refuses(_ bad: BadJoin) async throws {
    let cluster = try await Cluster.withToken()
    let before = cluster.backend.list("/tokens/")
    let key = try PrivateKey.generate(.ecdsaP256)
    let stream = ScriptedStream(bad.messages(cluster.clock.now, key))
    let error = try await refusal { try await cluster.join(stream) }
    #expect(error.code == bad.code)
    #expect(bad.text.hasSuffix(" ") ? error.message.hasPrefix(bad.text) : error.message == bad.text)
    #expect(stream.result == nil)
    #expect(cluster.backend.list("/tokens/") == before)
    #expect(try await cluster.all("bot_instance").isEmpty)
    let lines = cluster.audit.lines("bot.join")
    #expect(lines.count == 1)
    #expect(lines.first?.success == false)
    #expect(lines.first?.text("error") == bad.audit ?? error.message)
    #expect(lines.first?.text("remote_addr") == "192.0.2.7:4711")
  }

  @Test func theServersFirstAnswerNamesMethodAndSuite() async throws {
    let cluster = try await Cluster.withToken()
    let joined = try await cluster.join(saying: "new")
    guard case .initialized(let answer) = joined.stream.sent.first else {
      Issue.record("no first answer")
      return
    }
    #expect(answer == ServerInit(method: "badge", signatureSuite: "balanced-v1"))
  }

  @Test func aTokenThatExpiresMeanwhileOpensNothing() async throws {
    let cluster = try await Cluster.withToken()
    try await cluster.apply(
      "kind: token\nversion: v2\nmetadata: {name: brief, expires: \"2027-01-15T08:00:10Z\"}\n"
        + "spec: {roles: [Bot], bot_name: robot, join_method: badge, badge: {}}\n")
    _ = try await cluster.join(saying: "new", token: "brief")
    cluster.clock.advance(10)
    let error = try await refusal { try await cluster.join(saying: "new", token: "brief") }
    #expect(error.code == .accessDenied)
    #expect(error.message.hasPrefix("token expired or not found; "))
  }

  @Test func aMethodWhoseVerifierIsGoneIsNotImplemented() async throws {
    let cluster = try await Cluster.withToken()
    let token = try await cluster.get("token", "gate")
    let spec = try #require(token["spec"]).setting("join_method", .text("gone"))
    var transaction = Transaction()
    transaction.put("/tokens/gate", JSON.serialize(token.setting("spec", spec)))
    try await cluster.backend.commit(transaction)
    let error = try await refusal { try await cluster.join(saying: "new") }
    #expect(error.code == .notImplemented)
    #expect(
      error.message.hasPrefix("this authority does not serve the join method gone; its audit log"))
    #expect(cluster.audit.lines("bot.join").last?.text("error")?.contains("tenon-gone") == true)
  }

  @Test func aHostsRoleIsNotServedEvenWhenTheTokenAllowsIt() async throws {
    let cluster = try await Cluster.withToken()
    try await cluster.apply(
      "kind: token\nversion: v2\nmetadata: {name: host}\n"
        + "spec: {roles: [Node], join_method: badge, badge: {}}\n")
    let error = try await refusal {
      try await cluster.join([
        .initialize(ClientInit(method: nil, tokenName: "host", systemRole: "Node"))
      ])
    }
    #expect(error.code == .notImplemented)
  }

  @Test func aNameThatMayBeASecretIsMaskedInTheAuditLog() async throws {
    let cluster = try await Cluster.withToken()
    for name in [
      "0123456789abcdef", "short", "ünïcödé-secret-of-somebody",
      String(repeating: "x", count: 300),
    ] {
      _ = try await refusal { try await cluster.join(saying: "new", token: name) }
    }
    #expect(
      cluster.audit.lines("bot.join").map { $0.text("token") } == [
        "************cdef", "*****", "*******************omebody", "*** (300 characters)",
      ])
  }
}
