import Documents
import Testing
import Wire

@testable import Authority

/// Creating, showing, replacing and removing resources.
@Suite struct ResourceTests {
  private static let bot = "kind: bot\nversion: v1\nmetadata: {name: a}\nspec: {roles: []}\n"

  @Test func whatWasCreatedIsShownAsWritten() async throws {
    let cluster = try await Cluster.withToken()
    let role = try await cluster.get("role", "login")
    #expect(role["spec"]?["allow"]?["logins"]?.list?.compactMap(\.string) == ["ubuntu", "root"])
    let bot = try await cluster.get("bots", "robot")
    #expect(bot["version"]?.string == "v1")
    #expect(bot["status"]?["user_name"]?.string == "bot-robot")
    #expect(bot["status"]?["role_name"]?.string == "bot-robot")
    let token = try await cluster.get("token", "gate")
    #expect(token["spec"]?["bot_name"]?.string == "robot")
    #expect(token["status"]?["badge"]?["joins"]?.int64 == 0)
    #expect(try await cluster.all("tokens").count == 1)
    #expect(try await cluster.all("lock").isEmpty)
  }

  @Test func eachResourceIsReportedInTheOrderOfTheFile() async throws {
    let cluster = try await Cluster()
    #expect(
      try await cluster.apply(Self.bot + "---\nkind: role\nversion: v7\nmetadata: {name: r}\n") == [
        AppliedResource(kind: "bot", name: "a", created: true),
        AppliedResource(kind: "role", name: "r", created: true),
      ])
    #expect(
      try await cluster.apply(Self.bot, force: true) == [
        AppliedResource(kind: "bot", name: "a", created: false)
      ])
  }

  @Test func aResourceThatExistsIsNotReplacedWithoutForce() async throws {
    let cluster = try await Cluster.withToken()
    let before = cluster.backend.list("/bots/") + cluster.backend.list("/roles/")
    let error = try await refusal {
      try await cluster.apply(
        "kind: role\nversion: v7\nmetadata: {name: new}\n---\n"
          + "kind: bot\nversion: v1\nmetadata: {name: robot}\nspec: {roles: [new]}\n")
    }
    #expect(error.code == .alreadyExists)
    #expect(
      error.message == "bot \"robot\" already exists; use -f or --force to replace it")
    #expect(cluster.backend.list("/bots/") + cluster.backend.list("/roles/") == before)
  }

  @Test func everyResourceThatExistsIsNamedAtOnce() async throws {
    let cluster = try await Cluster.withToken()
    let error = try await refusal {
      try await cluster.apply(
        "kind: role\nversion: v7\nmetadata: {name: login}\n---\n"
          + "kind: bot\nversion: v1\nmetadata: {name: robot}\nspec: {roles: []}\n")
    }
    #expect(
      error.message == """
        role "login" already exists; use -f or --force to replace it
        bot "robot" already exists; use -f or --force to replace it
        """)
  }

  @Test func aFileWithOneBadDocumentChangesNothing() async throws {
    let cluster = try await Cluster()
    let error = try await refusal {
      try await cluster.apply(
        Self.bot + "---\nkind: bot\nversion: v1\nmetadata: {name: b}\nspec: {roles: [none]}\n")
    }
    #expect(error.message.hasPrefix("line 9, column 15: "))
    #expect(try await cluster.all("bot").isEmpty)
    #expect(cluster.audit.lines("bot.create").isEmpty)
  }

  @Test func replacingATokenWithoutStatusForgetsWhatItsMethodKnew() async throws {
    let cluster = try await Cluster.withToken()
    let file = try await cluster.get("token", "gate")
    let used = file.setting("status", .object([("badge", .object([("joins", .integer(7))]))]))
    // A file made from `get` keeps what it carries: that is how backups are restored.
    let restored = String(decoding: JSON.serialize(used), as: UTF8.self)
    try await cluster.apply(restored, force: true)
    #expect(try await cluster.get("token", "gate")["status"]?["badge"]?["joins"]?.int64 == 7)
    let bare = String(decoding: JSON.serialize(file.removing("status")), as: UTF8.self)
    try await cluster.apply(bare, force: true)
    #expect(try await cluster.get("token", "gate")["status"]?["badge"]?["joins"]?.int64 == 0)
  }

  @Test func aBotsStatusIsTheAuthoritys() async throws {
    let cluster = try await Cluster()
    try await cluster.apply(Self.bot + "status: {user_name: root}\n")
    #expect(try await cluster.get("bot", "a")["status"]?["user_name"]?.string == "bot-a")
  }

  @Test func aResourceEndsWhenItSays() async throws {
    let cluster = try await Cluster()
    try await cluster.apply(
      "kind: lock\nversion: v2\nmetadata: {name: a, expires: \"2027-01-15T08:00:10Z\"}\n"
        + "spec: {target: {join_token: t}}\n")
    cluster.clock.advance(9)
    #expect(try await cluster.all("lock").count == 1)
    cluster.clock.advance(1)
    #expect(try await cluster.all("lock").isEmpty)
  }

  @Test func removingAndShowingWhatIsNotThereSaysSo() async throws {
    let cluster = try await Cluster()
    for error in [
      try await refusal { try await cluster.get("bot", "a") },
      try await refusal { try await cluster.remove("bots", "a") },
    ] {
      #expect(error.code == .notFound)
      #expect(error.message == "bot \"a\" does not exist; `tctl get bot` lists what does")
    }
    let error = try await refusal { try await cluster.all("bto") }
    #expect(error.code == .badParameter)
    #expect(error.message == "there is no resource kind \"bto\"; did you mean bot?")
  }

  @Test func aRemovedResourceIsGone() async throws {
    let cluster = try await Cluster()
    try await cluster.apply(Self.bot)
    try await cluster.remove("bot", "a")
    #expect(try await cluster.all("bot").isEmpty)
    try await cluster.apply(Self.bot)
    #expect(cluster.audit.lines.map(\.event) == ["bot.create", "bot.delete", "bot.create"])
  }

  @Test(arguments: ["color: broken", "color: garbage"])
  func aVerifierThatFailsIsNotTheFilesFault(_ spec: String) async throws {
    let cluster = try await Cluster()
    let error = try await refusal {
      try await cluster.apply(
        "kind: token\nversion: v2\nmetadata: {name: a}\n"
          + "spec: {roles: [Node], join_method: badge, badge: {\(spec)}}\n")
    }
    #expect(error.code == .unknown)
    #expect(try await cluster.all("token").isEmpty)
  }

  @Test func changesAreAuditedWithWhoMadeThem() async throws {
    let cluster = try await Cluster()
    try await cluster.apply(Self.bot)
    _ = try await refusal { try await cluster.apply(Self.bot) }
    _ = try await refusal { try await cluster.remove("lock", "a") }
    #expect(cluster.audit.lines.map(\.event) == ["bot.create", "resources.apply", "lock.delete"])
    #expect(cluster.audit.lines.map(\.success) == [true, false, false])
    #expect(cluster.audit.lines.allSatisfy { $0.fields["uid"]?.int64 == 1000 })
    #expect(cluster.audit.lines[1].text("error")?.contains("already exists") == true)
  }
}
