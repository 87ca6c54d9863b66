public import Documents
import PluginABI

/// The join tokens of the method that the manifest names under `tokens`, for commands (`tenon/host/tokens.h`).
public struct Tokens {
  private let table: UnsafePointer<tenon_host_tokens>

  init(_ table: UnsafePointer<tenon_host_tokens>) { self.table = table }

  /// One token as it was read.
  public struct Token {
    public var name: String
    /// `spec.<method>`, an object.
    public var spec: Node
    /// `status.<method>`, an object.
    public var status: Node
    /// The messages of the locks on it.
    public var locks: [String]
    let revision: Int64
  }

  /// The token; one of another method is refused.
  public func get(_ name: String) throws(PluginError) -> Token {
    let bytes = try collect { sink, error in
      lend([UInt8](name.utf8)) { table.pointee.get(table.pointee.ctx, $0, sink, error) }
    }
    guard let node = try? JSON.parse(bytes), let spec = node["spec"], let status = node["status"],
      let revision = node["revision"]?.int64
    else {
      throw PluginError(
        TENON_INTERNAL, "the host gave a token that cannot be read",
        hint: "report this as a defect of the host")
    }
    var locks: [String] = []
    for lock in node["locks"]?.list ?? [] { locks.append(lock.string ?? "") }
    return Token(name: name, spec: spec, status: status, locks: locks, revision: revision)
  }

  /// Writes spec and status back, unless somebody else changed the token since it was read.
  ///
  /// - Parameter unlocks: whether every lock on it goes too: both happen, or neither.
  public func update(_ token: Token, unlocks: Bool) throws(PluginError) {
    _ = try collect { _, error in
      lend([UInt8](token.name.utf8)) { name in
        lend(JSON.serialize(token.spec)) { spec in
          lend(JSON.serialize(token.status)) { status in
            table.pointee.update(
              table.pointee.ctx, name, spec, status, token.revision,
              unlocks ? TENON_TOKEN_UNLOCK : 0, error)
          }
        }
      }
    }
  }
}
