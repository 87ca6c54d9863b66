import PluginABI

/// Durable records of the instance (`tenon/host/storage.h`).
public struct Storage {
  private let table: UnsafePointer<tenon_host_storage>

  init(_ table: UnsafePointer<tenon_host_storage>) { self.table = table }

  /// One record to write.
  public struct Change {
    public var name: String
    public var value: [UInt8]

    public init(_ name: String, _ value: [UInt8]) {
      self.name = name
      self.value = value
    }
  }

  /// The record, nil when there is none or it is empty.
  public func get(_ name: String) throws(PluginError) -> [UInt8]? {
    do {
      return try collect { sink, error in
        lend([UInt8](name.utf8)) { table.pointee.get(table.pointee.ctx, $0, sink, error) }
      }
    } catch let failure {
      if failure.code == TENON_NOT_FOUND { return nil }
      throw failure
    }
  }

  /// Replaces records in this order; a crash leaves a prefix of them done. Returns when durable.
  public func put(_ changes: [Change]) throws(PluginError) {
    // One write at a time keeps the borrowed memory simple; the order is the contract either way.
    for change in changes {
      _ = try collect { _, error in
        lend([UInt8](change.name.utf8)) { name in
          lend(change.value) { value in
            var record = tenon_record(name: name, value: value, remove: 0, flags: 0)
            return table.pointee.put_all(table.pointee.ctx, &record, 1, error)
          }
        }
      }
    }
  }
}
