import Synchronization

/// A backend that forgets everything with the process; for tests.
public final class MemoryBackend: Backend {
  private let table = Mutex(RecordTable())
  private let now: @Sendable () -> Int64

  public init(now: @escaping @Sendable () -> Int64) { self.now = now }

  public func get(_ key: String) -> Record? { table.withLock { $0.get(key, now: now()) } }

  public func list(_ prefix: String) -> [Record] { table.withLock { $0.list(prefix, now: now()) } }

  public func commit(_ transaction: Transaction) throws(BackendError) {
    let conflict = table.withLock { table -> String? in
      if let key = table.conflict(transaction, now: now()) { return key }
      table.apply(transaction.changes(after: table.lastRevision))
      return nil
    }
    if let conflict { throw .conflict(conflict) }
  }

  public func removeExpired() {
    table.withLock { table in
      table.apply(Dictionary(uniqueKeysWithValues: table.expired(now: now()).map { ($0, nil) }))
    }
  }
}
