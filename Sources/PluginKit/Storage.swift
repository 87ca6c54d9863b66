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

  /// Replaces records in this order, with one call of the host. Each is old or new after a crash; order
  /// them so that every prefix is a state to start from. Returns when all are durable.
  public func put(_ changes: [Change]) throws(PluginError) {
    _ = try collect { _, error in put(changes[...], [], error) }
  }

  /// Lends the rest of the changes, one inside the other: no value is copied, as values may be secrets.
  private func put(
    _ rest: ArraySlice<Change>, _ lent: [tenon_record], _ error: UnsafeMutablePointer<tenon_error>
  ) -> Int32 {
    guard let change = rest.first else {
      return lent.withUnsafeBufferPointer {
        table.pointee.put_all(table.pointee.ctx, $0.baseAddress, $0.count, error)
      }
    }
    return lend([UInt8](change.name.utf8)) { name in
      lend(change.value) { value in
        put(
          rest.dropFirst(), lent + [tenon_record(name: name, value: value, remove: 0, flags: 0)],
          error)
      }
    }
  }
}
