import Glibc
import PluginHost

/// The exclusive lock on a storage folder: `flock` on its file `lock`, which names the holder. The kernel
/// releases it when the process ends, however it ends.
final class StorageLock: Sendable {
  private let descriptor: Int32

  static let name = "lock"
  private static let instant: UInt32 = 20_000  // microseconds

  /// - Throws: when another process holds it, with that process's number and name.
  init(_ folder: Folder) throws(RecordError) {
    let file = try folder.perform(.open, "write", Self.name) {
      openat(folder.descriptor, Self.name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
    }
    descriptor = file
    func take() -> (value: Int32, number: Int32) {
      folder.attempt(.lock, folder.path(of: Self.name)) { flock(file, LOCK_EX | LOCK_NB) }
    }
    var (value, number) = take()
    if value != 0, number == EWOULDBLOCK {
      // It may be a doctor that only looks whether somebody holds it, for an instant.
      usleep(Self.instant)
      (value, number) = take()
    }
    guard value == 0 else {
      guard number == EWOULDBLOCK else {
        throw DiskFailure.error("lock", folder.path(of: Self.name), number)
      }
      let holder = LockHolder(of: file).map { " (\($0))" } ?? ""
      throw RecordError(
        message: "another agent\(holder) is running on the storage \(folder.path)",
        hint: "stop that one, or give each agent a storage of its own")
    }
    // The number is for people; a full disk that has no room for it is found by the write test.
    let text = Array("\(getpid())\n".utf8)
    fchmod(file, 0o600)
    if ftruncate(file, 0) == 0 {
      _ = text.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, 0) }
    }
  }

  deinit {
    // Not by closing alone: a child that is between fork and exec has the descriptor too.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}
