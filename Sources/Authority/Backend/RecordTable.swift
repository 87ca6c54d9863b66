/// The records in memory, with the rules all backends share. A value type: the backend guards it.
///
/// Records are kept by collection, the first part of their key (`/tokens/`), so that listing the few
/// locks does not walk through every bot instance.
struct RecordTable: Sendable {
  private var collections: [Substring: [String: Record]] = [:]
  private(set) var lastRevision: UInt64 = 0

  mutating func load(_ record: Record) {
    collections[Self.collection(record.key), default: [:]][record.key] = record
    lastRevision = max(lastRevision, record.revision)
  }

  /// Makes no revision up to this one again.
  mutating func startAfter(_ revision: UInt64) { lastRevision = max(lastRevision, revision) }

  func get(_ key: String, now: Int64) -> Record? {
    guard let record = collections[Self.collection(key)]?[key], record.isAlive(at: now) else {
      return nil
    }
    return record
  }

  /// - Parameter prefix: begins with a whole collection, such as `/tokens/`.
  func list(_ prefix: String, now: Int64) -> [Record] {
    (collections[Self.collection(prefix)] ?? [:]).values
      .filter { $0.key.hasPrefix(prefix) && $0.isAlive(at: now) }
      .sorted { $0.key < $1.key }
  }

  /// Keys of records that have expired.
  func expired(now: Int64) -> [String] {
    collections.values.flatMap { $0.values.filter { !$0.isAlive(at: now) }.map(\.key) }
  }

  /// The key of the first assertion that does not hold.
  ///
  /// - Parameter pending: changes that will be made before those of the transaction; nil is a removal.
  func conflict(
    _ transaction: Transaction, pending: [String: Record?] = [:], now: Int64
  ) -> String? {
    func current(_ key: String) -> Record? {
      guard let change = pending[key] else { return get(key, now: now) }
      return change.flatMap { $0.isAlive(at: now) ? $0 : nil }
    }
    for assertion in transaction.assertions {
      switch assertion {
      case .revision(let key, let revision): if current(key)?.revision != revision { return key }
      case .absent(let key): if current(key) != nil { return key }
      case .present(let key): if current(key) == nil { return key }
      case .newest(let prefix, let revision):
        let stored = collections[Self.collection(prefix)] ?? [:]
        let keys = stored.values.filter { $0.revision > revision }.map(\.key) + pending.keys
        let isNewer = keys.contains {
          $0.hasPrefix(prefix) && (current($0)?.revision ?? 0) > revision
        }
        if isNewer { return prefix }
      }
    }
    return nil
  }

  /// Makes the changes, as ``Transaction/changes(after:)`` gives them.
  mutating func apply(_ changes: [String: Record?]) {
    for (key, record) in changes {
      collections[Self.collection(key), default: [:]][key] = record
      if let record { lastRevision = max(lastRevision, record.revision) }
    }
  }

  private static func collection(_ key: String) -> Substring {
    let end = key.dropFirst().firstIndex(of: "/") ?? key.endIndex
    return key[..<end]
  }
}

extension Record {
  fileprivate func isAlive(at now: Int64) -> Bool { expires.map { $0 > now } ?? true }
}

extension Transaction {
  /// Every record it changes, with revisions that follow `revision`; nil for a removal.
  func changes(after revision: UInt64) -> [String: Record?] {
    var changes: [String: Record?] = [:]
    for key in deletes { changes.updateValue(nil, forKey: key) }
    var revision = revision
    for put in puts {
      revision += 1
      changes[put.key] = Record(
        key: put.key, value: put.value, revision: revision, expires: put.expires)
    }
    return changes
  }
}
