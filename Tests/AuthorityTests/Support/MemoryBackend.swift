import Synchronization

@testable import Authority

/// A backend that forgets everything with the process.
final class MemoryBackend: Backend {
  private let table = Mutex(RecordTable())
  private let now: @Sendable () -> Int64
  private let meanwhile = Mutex<(@Sendable () async -> Void)?>(nil)

  init(now: @escaping @Sendable () -> Int64) { self.now = now }

  /// Everything in it; setting it goes back to another moment.
  var records: RecordTable {
    get { table.withLock { $0 } }
    set { table.withLock { $0 = newValue } }
  }

  func get(_ key: String) -> Record? { table.withLock { $0.get(key, now: now()) } }

  func list(_ prefix: String) -> [Record] { table.withLock { $0.list(prefix, now: now()) } }

  /// Happens once, when the next commit has been decided on and nothing of it is checked yet.
  func beforeNextCommit(_ body: @escaping @Sendable () async -> Void) {
    meanwhile.withLock { $0 = body }
  }

  func commit(_ transaction: Transaction) async throws(BackendError) {
    let meanwhile = meanwhile.withLock { body in
      defer { body = nil }
      return body
    }
    await meanwhile?()
    let conflict = table.withLock { table -> String? in
      if let key = table.conflict(transaction, now: now()) { return key }
      table.apply(transaction.changes(after: table.lastRevision))
      return nil
    }
    if let conflict { throw .conflict(conflict) }
  }

  func removeExpired() {
    table.withLock { table in
      table.apply(Dictionary(uniqueKeysWithValues: table.expired(now: now()).map { ($0, nil) }))
    }
  }
}
