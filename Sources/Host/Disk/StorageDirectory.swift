import Glibc
import PluginHost

/// The agent's storage: one file of mode 0600 per record, in a folder of mode 0700 that one process holds.
///
/// Calls block until data and names are durable.
final class StorageDirectory: RecordStorage {
  private let folder: Folder
  /// Held for its `flock`, which ends with the descriptor.
  private let lock: StorageLock

  /// Largest record read.
  static let recordMaxBytes = 4 << 20

  /// Opens or creates the folder, takes its lock, clears what a killed process left on its way, and
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
    try folder.sweep()
    try folder.writeTest()
    try folder.replace(Folder.testName, [])
    try folder.flush()
  }

  func get(_ name: String) throws(RecordError) -> [UInt8]? {
    try RecordName.check(name)
    guard let bytes = try folder.read(name, limit: Self.recordMaxBytes), !bytes.isEmpty
    else { return nil }
    return bytes
  }

  /// Everything that needs room is written beside the records first, so a full disk changes none of
  /// them. Then they change place one after the other, each durable before the next: after a crash a
  /// prefix of the list has been applied.
  func putAll(_ changes: [RecordChange]) throws(RecordError) {
    for change in changes { try RecordName.check(change.name) }
    var waiting: [(temporary: String?, name: String)] = []
    do throws(RecordError) {
      for change in changes {
        guard let value = change.value else {
          waiting.append((nil, change.name))
          continue
        }
        let temporary = Folder.temporaryName()
        try folder.create(temporary, value, shown: folder.path(of: change.name))
        waiting.append((temporary, change.name))
      }
      while let (temporary, name) = waiting.first {
        if let temporary {
          try folder.rename(temporary, to: folder, name)
        } else {
          try folder.remove(name)
        }
        waiting.removeFirst()
        try folder.flush()
      }
    } catch {
      for case (let temporary?, _) in waiting { try? folder.remove(temporary) }
      throw error
    }
  }
}
