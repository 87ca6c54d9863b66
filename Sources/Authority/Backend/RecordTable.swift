/// The records in memory, with the rules all backends share. A value type: the backend guards it.
struct RecordTable: Sendable {
  private var records: [String: Record] = [:]
  private(set) var lastRevision: UInt64 = 0

  mutating func load(_ record: Record) {
    records[record.key] = record
    lastRevision = max(lastRevision, record.revision)
  }

  func get(_ key: String, now: Int64) -> Record? {
    guard let record = records[key], record.expires.map({ $0 > now }) ?? true else { return nil }
    return record
  }

  func list(_ prefix: String, now: Int64) -> [Record] {
    records.values.filter { $0.key.hasPrefix(prefix) && ($0.expires.map { $0 > now } ?? true) }
      .sorted { $0.key < $1.key }
  }

  /// The key of the first assertion that does not hold.
  func conflict(_ transaction: Transaction, now: Int64) -> String? {
    for assertion in transaction.assertions {
      switch assertion {
      case .revision(let key, let revision):
        if get(key, now: now)?.revision != revision { return key }
      case .absent(let key): if get(key, now: now) != nil { return key }
      case .present(let key): if get(key, now: now) == nil { return key }
      }
    }
    return nil
  }

  /// Applies the changes and returns the records written, with their new revisions.
  mutating func apply(_ transaction: Transaction) -> [Record] {
    for key in transaction.deletes { records[key] = nil }
    var written: [Record] = []
    for put in transaction.puts {
      lastRevision += 1
      let record = Record(
        key: put.key, value: put.value, revision: lastRevision, expires: put.expires)
      records[put.key] = record
      written.append(record)
    }
    return written
  }
}
