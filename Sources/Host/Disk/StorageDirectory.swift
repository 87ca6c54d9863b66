import PluginHost
import Synchronization

/// The agent's storage: one file of mode 0600 per record, in a folder of mode 0700 that one process holds.
///
/// Calls block until data and names are durable.
final class StorageDirectory: RecordStorage {
  private let folder: Folder
  /// Held for its `flock`, which ends with the descriptor.
  private let lock: StorageLock
  private let journal: Mutex<RecordJournal>

  /// Largest record read.
  static let recordMaxBytes = 4 << 20

  /// Opens or creates the folder, takes its lock, completes or clears what a killed process left, and
  /// proves that it can be written: all before anything is sent that could not be remembered.
  ///
  /// - Throws: with a path and a remedy, for a folder that others may write to, a second agent, a
  ///   full or a read-only disk.
  init(
    path: String, symlinks: SymlinkPolicy = .trySecure, faults: FaultPoint = .none
  ) throws(RecordError) {
    folder = try Folder.open(
      path, symlinks: symlinks, demandsTrust: symlinks != .insecure, faults: faults)
    lock = try StorageLock(folder)
    journal = Mutex(try RecordJournal(in: folder))
    try folder.sweep()
    try folder.writeTest()
    if try folder.status(Folder.testName) == nil { try folder.begin(Folder.testName, []) }
  }

  func get(_ name: String) throws(RecordError) -> [UInt8]? {
    try RecordName.check(name)
    return try journal.withLock { journal throws(RecordError) in
      try journal.settle()
      guard let bytes = try folder.read(name, limit: Self.recordMaxBytes), !bytes.isEmpty
      else { return nil }
      return bytes
    }
  }

  /// All changes become durable, or none, also when the process is killed or the machine loses power
  /// meanwhile. Everything that needs room is written beside the records first, so a full disk changes
  /// nothing.
  func putAll(_ changes: [RecordChange]) throws(RecordError) {
    for change in changes { try RecordName.check(change.name) }
    try journal.withLock { journal throws(RecordError) in try journal.apply(changes) }
  }
}
