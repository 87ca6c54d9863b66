import CSQLite
import Glibc
import Synchronization

/// The embedded store: one SQLite file (WAL, synchronous=FULL) and its content in memory.
///
/// Reads never touch the disk. Commits that wait at the same time share one SQLite transaction and so one
/// fsync; each is checked against what the ones before it changed, and all of them are durable before
/// any of their callers continues.
final class SQLiteBackend: Backend {
  private struct Job {
    let transaction: Transaction
    let waiter: CheckedContinuation<BackendError?, Never>
  }

  private struct State {
    var table: RecordTable
    var jobs: [Job] = []
    var isWriting = false
  }

  private let state: Mutex<State>
  private let writer: SQLiteWriter
  private let now: @Sendable () -> Int64

  /// Opens or makes the database.
  ///
  /// - Throws: `failed` with the path and what to do.
  init(path: String, now: @escaping @Sendable () -> Int64) throws(BackendError) {
    let old = umask(0o077)
    defer { umask(old) }
    // A restored copy may be readable for others, and its write-ahead log would be, too.
    chmod(path, 0o600)
    do {
      let connection = try SQLiteConnection(path: path)
      try connection.run("PRAGMA journal_mode=WAL")
      try connection.run("PRAGMA synchronous=FULL")
      try connection.run(
        "CREATE TABLE IF NOT EXISTS records (key TEXT PRIMARY KEY, value BLOB NOT NULL, "
          + "revision INTEGER NOT NULL, expires INTEGER) WITHOUT ROWID")
      var table = RecordTable()
      try connection.run("SELECT key, value, revision, expires FROM records") { row in
        table.load(
          Record(
            key: SQLiteConnection.text(row, 0), value: SQLiteConnection.blob(row, 1),
            revision: UInt64(bitPattern: sqlite3_column_int64(row, 2)),
            expires: sqlite3_column_type(row, 3) == SQLITE_NULL
              ? nil : sqlite3_column_int64(row, 3)))
      }
      // The highest revision may have belonged to a record that is gone.
      try connection.run(
        "CREATE TABLE IF NOT EXISTS counter (id INTEGER PRIMARY KEY CHECK (id = 0), last INTEGER)")
      try connection.run("SELECT last FROM counter") { row in
        table.startAfter(UInt64(bitPattern: sqlite3_column_int64(row, 0)))
      }
      state = Mutex(State(table: table))
      writer = SQLiteWriter(connection)
      self.now = now
    } catch {
      throw .failed(Self.describe(error, path: path))
    }
  }

  func get(_ key: String) -> Record? { state.withLock { $0.table.get(key, now: now()) } }

  func list(_ prefix: String) -> [Record] {
    state.withLock { $0.table.list(prefix, now: now()) }
  }

  func commit(_ transaction: Transaction) async throws(BackendError) {
    let error = await withCheckedContinuation { waiter in
      let mustStart = state.withLock { state in
        state.jobs.append(Job(transaction: transaction, waiter: waiter))
        defer { state.isWriting = true }
        return !state.isWriting
      }
      if mustStart { writer.thread { [self] connection in drain(connection) } }
    }
    if let error { throw error }
  }

  func removeExpired() async throws(BackendError) {
    var transaction = Transaction()
    transaction.deletes = state.withLock { $0.table.expired(now: now()) }
    if transaction.deletes.isEmpty { return }
    // Somebody may write one of them anew before this is committed; then the next round is soon enough.
    transaction.assertions = transaction.deletes.map { .absent($0) }
    do {
      try await commit(transaction)
    } catch .conflict {
      return
    }
  }

  /// Writes batches until nobody waits any more. Runs on the writer's thread.
  private func drain(_ connection: SQLiteConnection) {
    while true {
      let (jobs, lastRevision) = state.withLock { state -> ([Job], UInt64) in
        let jobs = state.jobs
        state.jobs = []
        if jobs.isEmpty { state.isWriting = false }
        return (jobs, state.table.lastRevision)
      }
      if jobs.isEmpty { return }
      var pending: [String: Record?] = [:]
      var revision = lastRevision
      var results: [BackendError?] = []
      do throws(SQLiteConnection.Failure) {
        try connection.run("BEGIN IMMEDIATE")
        for job in jobs {
          let conflict = state.withLock {
            $0.table.conflict(job.transaction, pending: pending, now: now())
          }
          if let conflict {
            results.append(.conflict(conflict))
            continue
          }
          let changes = job.transaction.changes(after: revision)
          revision += UInt64(job.transaction.puts.count)
          try write(changes, connection)
          pending.merge(changes) { $1 }
          results.append(nil)
        }
        if pending.values.contains(where: { $0 == nil }) {
          try connection.run(
            "INSERT INTO counter (id, last) VALUES (0, ?) "
              + "ON CONFLICT(id) DO UPDATE SET last = excluded.last",
            [.integer(Int64(bitPattern: revision))])
        }
        try connection.run("COMMIT")
        state.withLock { $0.table.apply(pending) }
      } catch {
        try? connection.run("ROLLBACK")
        let failure = BackendError.failed(Self.describe(error, path: "the database"))
        results = jobs.map { _ in failure }
      }
      for (job, result) in zip(jobs, results) { job.waiter.resume(returning: result) }
    }
  }

  private func write(
    _ changes: [String: Record?], _ connection: SQLiteConnection
  ) throws(SQLiteConnection.Failure) {
    for (key, record) in changes {
      guard let record else {
        try connection.run("DELETE FROM records WHERE key = ?", [.text(key)])
        continue
      }
      try connection.run(
        "INSERT INTO records (key, value, revision, expires) VALUES (?, ?, ?, ?) "
          + "ON CONFLICT(key) DO UPDATE SET value = excluded.value, "
          + "revision = excluded.revision, expires = excluded.expires",
        [
          .text(key), .blob(record.value), .integer(Int64(bitPattern: record.revision)),
          record.expires.map { .integer($0) } ?? .null,
        ])
    }
  }

  private static func describe(_ failure: SQLiteConnection.Failure, path: String) -> String {
    let remedy =
      switch failure.code {
      case SQLITE_FULL: "free some disk space; nothing of the change was kept"
      case SQLITE_READONLY, SQLITE_PERM, SQLITE_CANTOPEN, SQLITE_AUTH:
        "make the data directory writable for the user tenond runs as"
      case SQLITE_BUSY, SQLITE_LOCKED: "another process holds the database; stop it"
      case SQLITE_CORRUPT, SQLITE_NOTADB:
        "the file is damaged or no database: restore it from a backup"
      default: "see the system's log for disk errors"
      }
    return "cannot use \(path): \(failure.message); \(remedy)"
  }
}
