/// Calls the authority's admin socket. Each call opens its own connection; nothing has to be closed.
public struct AdminClient: Sendable {
  /// Path of the socket.
  public let path: String

  /// Creates a client of the socket at `path`.
  public init(path: String) { self.path = path }

  /// Creates (with `force` also replaces) every resource of a multi-document YAML text, or none of them.
  public func apply(yaml: [UInt8], force: Bool) async throws(RPCError) -> [AppliedResource] {
    throw RPCError(.notImplemented, "not built yet")
  }

  /// Resources of a kind, or the one with the name, as a JSON array.
  public func get(kind: String, name: String?) async throws(RPCError) -> [UInt8] {
    throw RPCError(.notImplemented, "not built yet")
  }

  /// Removes one resource.
  public func remove(kind: String, name: String) async throws(RPCError) {
    throw RPCError(.notImplemented, "not built yet")
  }

  /// Describes the cluster.
  public func status() async throws(RPCError) -> ClusterStatus {
    throw RPCError(.notImplemented, "not built yet")
  }

  /// Public part of an authority as text.
  public func export(authority: String) async throws(RPCError) -> [UInt8] {
    throw RPCError(.notImplemented, "not built yet")
  }
}
