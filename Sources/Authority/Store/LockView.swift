import Wire

/// The locks in force at one moment.
struct LockView: Sendable {
  private let locks: [LockResource]
  /// Holds while no lock has been made or changed since; one that is removed changes nothing. Whatever
  /// must not happen to a locked target commits under it.
  let unchanged: Transaction.Assertion

  /// - Throws: `unknown` for a record that is damaged.
  init(_ records: [Record]) throws(RPCError) {
    var locks: [LockResource] = []
    for record in records { locks.append(LockResource(try Store.document(record))) }
    self.locks = locks
    unchanged = .newest(LockResource.prefix, records.map(\.revision).max() ?? 0)
  }

  /// The message of a lock on one of the targets, nil when none is locked.
  func message(_ targets: [LockResource.Target]) -> String? {
    locks.first { lock in lock.target.map(targets.contains) ?? false }?.refusal
  }
}
