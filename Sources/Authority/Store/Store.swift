import Documents
import Wire

/// Typed reads of the resources in a backend.
struct Store: Sendable {
  let backend: any Backend

  /// A resource with the record it was read from.
  struct Stored<Resource: Sendable>: Sendable {
    var resource: Resource
    var node: Node
    var record: Record

    /// Holds while nobody has changed the record since.
    var unchanged: Transaction.Assertion { .revision(record.key, record.revision) }
  }

  func bot(_ name: String) async throws(RPCError) -> Stored<BotResource>? {
    try await read(BotResource.prefix + name) { BotResource($0) }
  }

  func token(_ name: String) async throws(RPCError) -> Stored<TokenResource>? {
    try await read(TokenResource.prefix + name) { TokenResource($0) }
  }

  func role(_ name: String) async throws(RPCError) -> Stored<RoleResource>? {
    try await read(RoleResource.prefix + name) { RoleResource($0) }
  }

  func instance(bot: String, id: String) async throws(RPCError) -> Stored<BotInstanceResource>? {
    try await read(BotInstanceResource.key(bot: bot, id: id)) { BotInstanceResource($0) }
  }

  /// The message of a lock on one of the targets, nil when none is locked.
  func lockMessage(_ targets: [LockResource.Target]) async throws(RPCError) -> String? {
    try await locks().message(targets)
  }

  /// Every lock, with the assertion that there are no others.
  func locks() async throws(RPCError) -> LockView {
    try LockView(try await list(LockResource.prefix))
  }

  func list(_ prefix: String) async throws(RPCError) -> [Record] {
    do {
      return try await backend.list(prefix)
    } catch {
      throw error.status
    }
  }

  func read<Resource>(
    _ key: String, _ decode: (Node) -> Resource
  ) async throws(RPCError) -> Stored<Resource>? {
    let record: Record?
    do {
      record = try await backend.get(key)
    } catch {
      throw error.status
    }
    guard let record else { return nil }
    let node = try Self.document(record)
    return Stored(resource: decode(node), node: node, record: record)
  }

  /// The JSON document of a record.
  static func document(_ record: Record) throws(RPCError) -> Node {
    do {
      return try JSON.parse(record.value)
    } catch {
      throw RPCError(
        .unknown,
        "the database record \(record.key) is damaged: \(error.message); restore it from a backup")
    }
  }
}

extension BackendError {
  /// How a client hears of it.
  var status: RPCError {
    switch self {
    case .conflict: RPCError(.compareFailed, description)
    case .failed(let reason): RPCError(.unknown, reason)
    }
  }
}
