import Documents
import Testing
import Wire
import YAML

@testable import Authority

/// An operator who changes the token of a machine while that machine joins: one of them is first, and the
/// other is told.
@Suite(.enabled(if: VerifierFolder.hasShipped, "run make plugins first"))
struct OperatorAtOnceTests {
  /// What the operator's commands write.
  enum Change: CaseIterable, Sendable {
    case lowerLimit, unbind, recover

    /// The token's section of the method, changed.
    func apply(to spec: Node, _ status: Node) -> (spec: Node, status: Node) {
      switch self {
      case .lowerLimit:
        (spec.setting("recovery", .object([("limit", .integer(1))])), status)
      case .unbind:
        (spec, .object([("registration_secret", .text(KeypairSetup.secret))]))
      case .recover:
        (
          spec.setting("recovery", .object([("mode", .text("insecure"))])), status
        )
      }
    }
  }

  /// Reads the token, lets something happen, and writes it changed, as the operator's commands do.
  private static func edit(
    _ cluster: Cluster, _ change: Change, meanwhile: () async throws -> Void = {}
  ) async throws {
    let found = try await cluster.admin.fetch(
      kind: "token", name: "gate", caller: Cluster.administrator)
    try await meanwhile()
    let token = try JSON.parse(found.document)
    let spec = try #require(token["spec"])
    let section = try #require(spec["bound_keypair"])
    let status = try #require(token["status"]?["bound_keypair"])
    let changed = change.apply(to: section, status)
    let document = TokenResource.completed(
      token.setting("spec", spec.setting("bound_keypair", changed.spec)), method: "bound_keypair",
      status: changed.status)
    try await cluster.admin.replace(
      yaml: Array(YAML.serialize(document).utf8), revision: found.revision, unlocks: true,
      caller: Cluster.administrator)
  }

  /// A machine that has joined and used its result, and could come back twice.
  private func joined() async throws -> (Cluster, KeypairClient) {
    var (cluster, client) = try await KeypairSetup.registration(
      recovery: "recovery: {mode: standard, limit: 3}")
    try await client.join(cluster)
    try await client.use(cluster)
    return (cluster, client)
  }

  @Test(arguments: Change.allCases)
  func aChangeThatIsFirstMakesTheMachineTryAgain(_ change: Change) async throws {
    var (cluster, client) = try await joined()
    let (count, instance) = (try await cluster.recoveryCount(), try await cluster.boundInstance())
    client.meanwhile = { [cluster] in
      cluster.backend.beforeNextCommit {
        do { try await Self.edit(cluster, change) } catch { Issue.record(error) }
      }
    }
    client.peer = nil
    let error = try await KeypairSetup.failure(client, cluster)
    #expect(error.code == .compareFailed)
    if change != .unbind {
      #expect(try await cluster.recoveryCount() == count)
      #expect(try await cluster.boundInstance() == instance)
    }
    #expect(try await cluster.all("bot_instance").count == 1)
    #expect(try await cluster.all("lock").isEmpty)
    client.meanwhile = {}
    switch change {
    case .lowerLimit:
      #expect(
        try await KeypairSetup.failure(client, cluster).message.contains(
          "no recovery attempts remaining"))
    case .unbind, .recover:
      try await client.recover(cluster)
      try await client.use(cluster)
    }
    #expect(try await cluster.all("lock").isEmpty)
  }

  @Test(arguments: Change.allCases)
  func aJoinThatIsFirstMakesTheOperatorLookAgain(_ change: Change) async throws {
    var (cluster, client) = try await joined()
    let error = try await refusal {
      try await Self.edit(cluster, change) { try await client.recover(cluster) }
    }
    #expect(error.code == .compareFailed)
    #expect(error.message == "tokens/gate was changed by somebody else meanwhile, try again")
    #expect(try await cluster.recoveryCount() == 2)
    #expect(try await cluster.boundInstance() == client.instance)
    try await Self.edit(cluster, change)
    try await client.use(cluster)
  }

  @Test func aLockMeanwhileSpendsNoRecovery() async throws {
    var (cluster, client) = try await joined()
    let before = try await cluster.keypairStatus()
    client.meanwhile = { [cluster] in
      cluster.backend.beforeNextCommit {
        do {
          try await cluster.apply(
            "kind: lock\nversion: v2\nmetadata: {name: stop}\n"
              + "spec: {target: {join_token: gate}, message: stolen}\n")
        } catch {
          Issue.record(error)
        }
      }
    }
    client.peer = nil
    let error = try await KeypairSetup.failure(client, cluster)
    #expect(error.code == .accessDenied)
    #expect(error.message == "locked: stolen")
    #expect(try await cluster.keypairStatus() == before)
    client.meanwhile = {}
    try await cluster.remove("lock", "stop")
    try await client.recover(cluster)
    #expect(try await cluster.recoveryCount() == 2)
  }

  @Test func aLockedInstanceDoesNotComeBackAsAnotherOne() async throws {
    var (cluster, client) = try await joined()
    let id = try #require(client.instance)
    try await cluster.apply(
      "kind: lock\nversion: v2\nmetadata: {name: stop}\n"
        + "spec: {target: {bot_instance_id: \(id)}, message: stolen}\n")
    client.peer = nil
    #expect(try await KeypairSetup.failure(client, cluster).message == "locked: stolen")
    #expect(try await cluster.recoveryCount() == 1)
    try await cluster.remove("lock", "stop")
    try await client.recover(cluster)
  }
}
