import Wire

/// An authority whose administration can be predicted.
struct FakeAdmin: AdminHandler {
  func apply(yaml: [UInt8], force: Bool, caller: AdminCaller) async throws(RPCError)
    -> [AppliedResource]
  {
    guard !yaml.isEmpty else {
      throw RPCError(.badParameter, "line 1: there is no document\nline 2: neither is there one")
    }
    return [AppliedResource(kind: "bot", name: "\(yaml.count)", created: !force)]
  }

  func get(kind: String, name: String?, caller: AdminCaller) async throws(RPCError) -> [UInt8] {
    Array("[\(kind) \(name ?? "all") \(caller.uid)]".utf8)
  }

  func fetch(
    kind: String, name: String, caller: AdminCaller
  ) async throws(RPCError) -> FetchedResource {
    FetchedResource(document: Array("{\(kind) \(name)}".utf8), revision: 1 << 40)
  }

  func replace(
    yaml: [UInt8], revision: UInt64, unlocks: Bool, caller: AdminCaller
  ) async throws(RPCError) {
    guard revision == 1 << 40, unlocks, yaml == Array("kind: bot".utf8) else {
      throw RPCError(.compareFailed, "revision \(revision) unlocks \(unlocks)")
    }
  }

  func remove(kind: String, name: String, caller: AdminCaller) async throws(RPCError) {
    throw RPCError(.notFound, "\(kind)/\(name) does not exist")
  }

  func status(caller: AdminCaller) async throws(RPCError) -> ClusterStatus {
    ClusterStatus(
      clusterName: "test.example", version: "1.0.0", caPins: ["sha256:aa", "sha256:bb"])
  }

  func export(authority: String, caller: AdminCaller) async throws(RPCError) -> [UInt8] {
    authority == "everything"
      ? [UInt8](repeating: 1, count: 5 << 20) : Array(authority.utf8)
  }
}
