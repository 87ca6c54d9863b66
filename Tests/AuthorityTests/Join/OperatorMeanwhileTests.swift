import Credentials
import Documents
import Testing

@testable import Authority
@testable import Wire

/// What an operator does after a join was judged and before it is committed.
@Suite struct OperatorMeanwhileTests {
  private static let remedy = "locked by stop; remove it with `tctl lock rm stop`"

  private static func lock(_ name: String, _ target: String) -> String {
    "kind: lock\nversion: v2\nmetadata: {name: \(name)}\nspec: {target: {\(target)}}\n"
  }

  private static func bot(_ name: String, _ roles: String) -> String {
    "kind: bot\nversion: v1\nmetadata: {name: \(name)}\nspec: {roles: [\(roles)]}\n"
  }

  /// A join that is judged; then `change` happens; then it is committed.
  ///
  /// - Returns: the client's end and what the join ended with.
  private func join(
    _ cluster: Cluster, saying verdict: String = "new", as joined: Joined? = nil,
    change: @escaping @Sendable () async throws -> Void
  ) async throws -> (stream: ScriptedStream, error: RPCError?) {
    let stream = try cluster.script(saying: ["ask", verdict]) {
      cluster.backend.beforeNextCommit {
        do { try await change() } catch { Issue.record(error) }
      }
    }
    do {
      try await JoinService(cluster: cluster.core).join(
        stream, peer: joined?.peer ?? Cluster.stranger)
      return (stream, nil)
    } catch {
      return (stream, error)
    }
  }

  /// Everything a join would have changed.
  private func traces(_ cluster: Cluster) async throws -> [Node] {
    [try await cluster.get("token", "gate")] + (try await cluster.all("bot_instance"))
  }

  @Test(arguments: ["join_token: gate", "bot_instance_id: the-one-before"])
  func aLockOnWhatJoinsWins(_ target: String) async throws {
    let cluster = try await Cluster.withToken()
    let before = try await traces(cluster)
    let (stream, error) = try await join(cluster) {
      try await cluster.apply(Self.lock("stop", target))
    }
    #expect(error?.code == .accessDenied)
    #expect(error?.message == Self.remedy)
    #expect(stream.result == nil)
    #expect(try await traces(cluster) == before)
    #expect(cluster.audit.lines("bot.join").map(\.success) == [false])
  }

  @Test func aLockOnTheCallersInstanceWins() async throws {
    let cluster = try await Cluster.withToken()
    let joined = try await cluster.join(saying: "new")
    let confirmed = try await cluster.join(saying: "keep", as: joined.peer)
    _ = try await cluster.api.ping(peer: confirmed.peer)
    let before = try await traces(cluster)
    for verdict in ["keep", "new"] {
      let (stream, error) = try await join(cluster, saying: verdict, as: confirmed) {
        try await cluster.apply(
          Self.lock("stop", "bot_instance_id: \(joined.identity.botInstanceID)"))
      }
      #expect(error?.message == Self.remedy)
      #expect(stream.result == nil)
      #expect(try await traces(cluster) == before)
      try await cluster.remove("lock", "stop")
    }
    #expect(try await cluster.join(saying: "keep", as: confirmed.peer).identity.generation == 3)
  }

  @Test func aLockThatIsTurnedOnTheTokenWins() async throws {
    let cluster = try await Cluster.withToken()
    try await cluster.apply(Self.lock("stop", "join_token: other"))
    let (_, error) = try await join(cluster) {
      try await cluster.apply(Self.lock("stop", "join_token: gate"), force: true)
    }
    #expect(error?.message == Self.remedy)
  }

  @Test func locksOnOthersDoNotDisturbAJoin() async throws {
    let cluster = try await Cluster.withToken()
    try await cluster.apply(Self.lock("gone", "join_token: other"))
    let (stream, error) = try await join(cluster) {
      try await cluster.apply(Self.lock("another", "bot_instance_id: other"))
      try await cluster.remove("lock", "gone")
    }
    #expect(error == nil)
    #expect(stream.result != nil)
    #expect(try await cluster.all("bot_instance").count == 1)
  }

  @Test func aRemovedTokenLetsNobodyIn() async throws {
    let cluster = try await Cluster.withToken()
    let (stream, error) = try await join(cluster) { try await cluster.remove("token", "gate") }
    #expect(error?.code == .compareFailed)
    #expect(stream.result == nil)
    #expect(cluster.backend.get("/tokens/gate") == nil)
    #expect(try await cluster.all("bot_instance").isEmpty)
  }

  @Test(arguments: [true, false])
  func aRemovedBotLetsNobodyInEvenWhenAnotherTakesItsName(_ returns: Bool) async throws {
    let cluster = try await Cluster.withToken()
    let (stream, error) = try await join(cluster) {
      try await cluster.remove("bot", "robot")
      if returns { try await cluster.apply(Self.bot("robot", "")) }
    }
    #expect(error?.code == .compareFailed)
    #expect(stream.result == nil)
    #expect(try await cluster.all("bot_instance").isEmpty)
    #expect(try await cluster.get("token", "gate")["status"]?["badge"]?["joins"]?.int64 == 0)
    let again = try? await cluster.join(saying: "new")
    #expect((again != nil) == returns)
  }

  @Test func aChangedTokenIsJudgedAnew() async throws {
    let cluster = try await Cluster.withToken()
    let (stream, error) = try await join(cluster) {
      let token = try await cluster.get("token", "gate")
      let spec = try #require(token["spec"]).setting("badge", .object([("color", .text("red"))]))
      try await cluster.apply(
        String(decoding: JSON.serialize(token.setting("spec", spec)), as: UTF8.self), force: true)
    }
    #expect(error?.code == .compareFailed)
    #expect(stream.result == nil)
    let token = try await cluster.get("token", "gate")
    #expect(token["spec"]?["badge"]?["color"]?.string == "red")
    #expect(token["status"]?["badge"]?["joins"]?.int64 == 0)
    _ = try await cluster.join(saying: "new")
  }

  @Test func aRemovedInstanceIsNotBroughtBack() async throws {
    let cluster = try await Cluster.withToken()
    let joined = try await cluster.join(saying: "new")
    _ = try await cluster.api.ping(peer: joined.peer)
    let id = joined.identity.botInstanceID
    let (stream, error) = try await join(cluster, saying: "keep", as: joined) {
      try await cluster.remove("bot_instance", "robot/\(id)")
    }
    #expect(error?.code == .compareFailed)
    #expect(stream.result == nil)
    #expect(try await cluster.all("bot_instance").isEmpty)
  }

  @Test func oneLockIsMadeAlsoWhileOthersAreBeingMade() async throws {
    let cluster = try await Cluster.withToken()
    cluster.backend.beforeNextCommit {
      do { try await cluster.apply(Self.lock("another", "join_token: other")) } catch {
        Issue.record(error)
      }
    }
    let error = try await refusal { try await cluster.join(saying: "lock") }
    #expect(error.message == "badge refused")
    cluster.backend.beforeNextCommit {
      do { try await cluster.apply(Self.lock("third", "join_token: lost")) } catch {
        Issue.record(error)
      }
    }
    // A lock on a token that is gone is made once, too.
    try await TokenLock(cluster: cluster.core, token: "lost").create("gone and copied")
    let messages = try await cluster.all("lock").map { $0["spec"]?["message"]?.string ?? "" }
    #expect(messages.sorted() == ["", "", "badge was copied"])
  }
}
