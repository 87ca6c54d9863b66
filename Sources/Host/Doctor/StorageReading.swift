import Glibc
import PluginHost

/// The records of a storage for who must change nothing: no lock, no repair, no folder made.
struct StorageReading: RecordStorage {
  /// Nil while there is no folder, and so no record.
  let folder: Folder?

  func get(_ name: String) throws(RecordError) -> [UInt8]? {
    try RecordName.check(name)
    guard let bytes = try folder?.read(name, limit: StorageDirectory.recordMaxBytes),
      !bytes.isEmpty
    else { return nil }
    return bytes
  }

  func putAll(_ changes: [RecordChange]) throws(RecordError) {
    throw RecordError(message: "doctor changes nothing")
  }

  /// Whether records were changing when a process ended: its successor completes them.
  var isInterrupted: Bool {
    get throws(RecordError) { try folder?.status(RecordJournal.name) != nil }
  }

  /// The process that holds the storage, as its lock says; nil when nobody does.
  ///
  /// The lock is tried in its shared form and let go at once, which an agent that starts at that very
  /// moment waits out.
  var holder: String? {
    guard let folder else { return nil }
    let file = openat(folder.descriptor, StorageLock.name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    guard flock(file, LOCK_SH | LOCK_NB) != 0, errno == EWOULDBLOCK else { return nil }
    return LockHolder(of: file).map(\.description) ?? "another process"
  }
}
