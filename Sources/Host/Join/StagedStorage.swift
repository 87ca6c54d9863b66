import PluginHost
import Synchronization

/// The storage as a join method sees it. While a join is being finished its writes are held back, so
/// that the host can make them durable together with the identity they belong to.
final class StagedStorage: RecordStorage {
  private let storage: any RecordStorage
  private let staged = Mutex<[RecordChange]?>(nil)

  init(_ storage: any RecordStorage) { self.storage = storage }

  func get(_ name: String) throws(RecordError) -> [UInt8]? {
    let change = staged.withLock { $0?.last { $0.name == name } }
    if let change { return change.value.flatMap { $0.isEmpty ? nil : $0 } }
    return try storage.get(name)
  }

  func putAll(_ changes: [RecordChange]) throws(RecordError) {
    let isHeld = staged.withLock { staged in
      guard staged != nil else { return false }
      staged?.append(contentsOf: changes)
      return true
    }
    if !isHeld { try storage.putAll(changes) }
  }

  /// From now on writes are kept in memory.
  func hold() { staged.withLock { $0 = [] } }

  /// Gives the writes held back, in order, and ends the holding.
  func release() -> [RecordChange] {
    staged.withLock { staged in
      defer { staged = nil }
      return staged ?? []
    }
  }
}
