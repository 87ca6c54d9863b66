import CLinux
import Glibc
import PluginHost

extension Folder {
  /// Beginning of the names of files on their way. Whoever holds the folder's lock may remove them.
  static let temporaryPrefix = ".tenon-tmp-"

  /// The content of a regular file; nil when there is none.
  ///
  /// - Throws: for a symbolic link (unless links are followed), anything else that is no regular file,
  ///   and a file of more than `limit` bytes.
  func read(_ name: String, limit: Int) throws(RecordError) -> [UInt8]? {
    let place = path(of: name)
    let (file, number) = attempt(.open, place) {
      openat(
        descriptor, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | (followsLinks ? 0 : O_NOFOLLOW))
    }
    guard file >= 0 else {
      if number == ENOENT { return nil }
      throw DiskFailure.error("read", place, number)
    }
    defer { close(file) }
    var found = stat()
    try perform(.examine, "examine", name) { fstat(file, &found) }
    guard found.st_mode & S_IFMT == S_IFREG else {
      throw RecordError(
        message: "cannot read \(place): it is not a regular file", hint: "move it away")
    }
    guard found.st_size <= limit else {
      throw RecordError(
        message: "cannot read \(place): it has \(found.st_size) bytes, over \(limit)",
        hint: "something else wrote it; move it away")
    }
    var bytes = [UInt8](repeating: 0, count: Int(found.st_size))
    var filled = 0
    while filled < bytes.count {
      let room = bytes.count - filled
      let count = try perform(.read, "read", name) {
        bytes.withUnsafeMutableBytes {
          Int32(truncatingIfNeeded: Glibc.read(file, $0.baseAddress.map { $0 + filled }, room))
        }
      }
      guard count > 0 else { break }
      filled += Int(count)
    }
    bytes.removeLast(bytes.count - filled)
    return bytes
  }

  /// Creates a file that must not exist yet, readable by its owner alone unless told otherwise, and
  /// returns once its content is durable. What was begun is removed again when it cannot be finished.
  ///
  /// - Parameter shown: the path for messages, when `name` is one that nobody knows.
  func create(
    _ name: String, _ bytes: [UInt8], mode: mode_t = 0o600, shown: String? = nil
  ) throws(RecordError) {
    try begin(name, bytes, mode: mode, shown: shown)
    do throws(RecordError) {
      try harden(name, shown: shown)
    } catch {
      try? remove(name)
      throw error
    }
  }

  /// Creates a file as ``create(_:_:shown:)`` does, but only starts its way to the disk. Of several files
  /// each is begun, then each hardened: they share what a disk needs to make one durable.
  func begin(
    _ name: String, _ bytes: [UInt8], mode: mode_t = 0o600, shown: String? = nil
  ) throws(RecordError) {
    let file = try perform(.open, "write", name, shown: shown) {
      openat(descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    }
    defer { close(file) }
    do throws(RecordError) {
      // The umask of the process may have taken bits away.
      try perform(.mode, "set the mode of", name, shown: shown) { fchmod(file, mode) }
      try write(bytes, to: file, name, shown: shown)
      tenon_start_writing(file)
    } catch {
      try? remove(name)
      throw error
    }
  }

  /// Returns once the content of a file that was begun is durable.
  func harden(_ name: String, shown: String? = nil) throws(RecordError) {
    let file = try perform(.open, "write", name, shown: shown) {
      openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    }
    defer { close(file) }
    try perform(.flush, "write", name, shown: shown) { fsync(file) }
  }

  /// Replaces a file as a whole: readers see the old content or the new. Durable once the folder is
  /// flushed. A link of that name is replaced, never written through.
  func replace(
    _ name: String, _ bytes: [UInt8], mode: mode_t = 0o600
  ) throws(RecordError) {
    let temporary = Self.temporaryName()
    do throws(RecordError) {
      try create(temporary, bytes, mode: mode, shown: path(of: name))
      try rename(temporary, to: self, name)
    } catch {
      try? remove(temporary)
      throw error
    }
  }

  /// Gives a file another name, also in another folder; what had that name is replaced.
  func rename(_ name: String, to folder: Folder, _ newName: String) throws(RecordError) {
    try folder.perform(.rename, "write", newName) {
      renameat(descriptor, name, folder.descriptor, newName)
    }
  }

  /// Removes a file or link; it is no error when there is none.
  func remove(_ name: String) throws(RecordError) {
    let place = path(of: name)
    let (value, number) = attempt(.remove, place) { unlinkat(descriptor, name, 0) }
    guard value == 0 || number == ENOENT else {
      throw DiskFailure.error("remove", place, number)
    }
  }

  /// Proves that files can be written here and that there is room for one set of credentials. Leaves
  /// nothing behind.
  func writeTest() throws(RecordError) {
    let probe = Self.temporaryName()
    let bytes = [UInt8](repeating: 0, count: Self.probeBytes)
    try create(probe, bytes, shown: path(of: Self.testName))
    try remove(probe)
  }

  /// The empty file that a storage keeps to show that it was writable.
  static let testName = ".write-test"

  /// Removes what an earlier process left on its way. Only for who holds the folder's lock.
  func sweep() throws(RecordError) {
    for name in try names() where name.hasPrefix(Self.temporaryPrefix) { try remove(name) }
  }

  /// About one set of credentials: keys, certificates and authorities.
  private static let probeBytes = 64 << 10

  static func temporaryName() -> String {
    temporaryPrefix + String(UInt64.random(in: 0 ... .max), radix: 16)
  }

  private func write(
    _ bytes: [UInt8], to file: Int32, _ name: String, shown: String?
  ) throws(RecordError) {
    var written = 0
    while written < bytes.count {
      let count = try perform(.write, "write", name, shown: shown) {
        bytes.withUnsafeBytes {
          Int32(
            truncatingIfNeeded: Glibc.write(
              file, $0.baseAddress.map { $0 + written }, bytes.count - written))
        }
      }
      written += Int(count)
    }
  }
}
