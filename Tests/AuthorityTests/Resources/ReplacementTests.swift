import Documents
import Testing
import Wire
import YAML

@testable import Authority

/// Changes of one resource that must be as its reader saw it.
@Suite struct ReplacementTests {
  private func fetch(_ cluster: Cluster) async throws -> FetchedResource {
    try await cluster.admin.fetch(kind: "token", name: "gate", caller: Cluster.administrator)
  }

  private func replace(
    _ cluster: Cluster, _ found: FetchedResource, unlocks: Bool = false
  ) async throws {
    let text = YAML.serialize(try JSON.parse(found.document))
    try await cluster.admin.replace(
      yaml: Array(text.utf8), revision: found.revision, unlocks: unlocks,
      caller: Cluster.administrator)
  }

  private func lock(_ cluster: Cluster, _ name: String, _ target: String) async throws {
    try await cluster.apply(
      "kind: lock\nversion: v2\nmetadata: {name: \(name)}\nspec: {target: {\(target)}}\n")
  }

  @Test func aResourceIsReplacedOnceOnTheRevisionItWasReadAt() async throws {
    let cluster = try await Cluster.withToken()
    let found = try await fetch(cluster)
    try await replace(cluster, found)
    let error = try await refusal { try await replace(cluster, found) }
    #expect(error.code == .compareFailed)
    #expect(error.message == "tokens/gate was changed by somebody else meanwhile, try again")
    try await cluster.remove("token", "gate")
    let gone = try await refusal { try await replace(cluster, found) }
    #expect(gone.code == .compareFailed)
  }

  @Test func theLocksOnATokenGoAlongAndNoOthers() async throws {
    let cluster = try await Cluster.withTokens()
    try await lock(cluster, "one", "join_token: gate")
    try await lock(cluster, "two", "join_token: gate")
    try await lock(cluster, "other", "join_token: lax")
    try await lock(cluster, "instance", "bot_instance_id: gate")
    try await replace(cluster, try await fetch(cluster), unlocks: true)
    let left = try await cluster.all("lock").compactMap { $0["metadata"]?["name"]?.string }
    #expect(left == ["instance", "other"])
    #expect(
      cluster.audit.lines.suffix(3).map(\.event) == ["token.update", "lock.delete", "lock.delete"])
  }

  @Test func aRefusedReplacementKeepsTheLocks() async throws {
    let cluster = try await Cluster.withToken()
    try await lock(cluster, "one", "join_token: gate")
    var found = try await fetch(cluster)
    found.revision += 1
    _ = try await refusal { try await replace(cluster, found, unlocks: true) }
    #expect(try await cluster.all("lock").count == 1)
  }

  @Test func severalDocumentsAreNoReplacement() async throws {
    let cluster = try await Cluster.withToken()
    let two = "kind: lock\nversion: v2\nmetadata: {name: a}\nspec: {target: {join_token: t}}\n---\n"
    let error = try await refusal {
      try await cluster.admin.replace(
        yaml: Array((two + two).utf8), revision: 1, unlocks: false, caller: Cluster.administrator)
    }
    #expect(error.code == .badParameter)
  }

  @Test func aLockSaysSinceWhenItHolds() async throws {
    let cluster = try await Cluster()
    try await lock(cluster, "one", "join_token: gate")
    let lock = try await cluster.get("lock", "one")
    #expect(lock["spec"]?["created_at"]?.string == TimeText.text(cluster.clock.now))
  }
}
