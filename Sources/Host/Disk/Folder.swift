import Glibc
import PluginHost

/// A folder held open. Everything goes through its descriptor, so that nobody who renames a parent or
/// plants a link can redirect a write. Calls block on the disk.
final class Folder: Sendable {
  /// For messages; the descriptor is what counts.
  let path: String
  let descriptor: Int32
  let faults: FaultPoint
  /// Whether a record that is a symbolic link may be read. None is ever written through.
  let followsLinks: Bool

  init(descriptor: Int32, path: String, followsLinks: Bool, faults: FaultPoint) {
    self.descriptor = descriptor
    self.path = path
    self.followsLinks = followsLinks
    self.faults = faults
  }

  deinit { close(descriptor) }

  func path(of name: String) -> String {
    path.hasSuffix("/") ? path + name : "\(path)/\(name)"
  }

  /// One system call: its result, and `errno` when that is negative.
  func attempt(
    _ call: DiskCall, _ path: String, _ body: () -> Int32
  ) -> (value: Int32, number: Int32) {
    let verdict = faults.verdict(call, path)
    guard verdict == 0 else { return (-1, verdict) }
    while true {
      let value = body()
      if value >= 0 { return (value, 0) }
      let number = errno
      if number != EINTR { return (value, number) }
    }
  }

  /// One system call that has to succeed.
  ///
  /// - Parameter shown: the path for messages, when the file has a name on its way that nobody knows.
  @discardableResult
  func perform(
    _ call: DiskCall, _ verb: String, _ name: String, shown: String? = nil, _ body: () -> Int32
  ) throws(RecordError) -> Int32 {
    let place = shown ?? path(of: name)
    let (value, number) = attempt(call, place, body)
    guard value >= 0 else {
      let slash = place.lastIndex(of: "/") ?? place.startIndex
      throw DiskFailure.error(verb, place, in: String(place[..<slash]), number)
    }
    return value
  }

  /// What has this name, itself and not what a link points at; nil when nothing has.
  func status(_ name: String) throws(RecordError) -> stat? {
    var found = stat()
    let (value, number) = attempt(.examine, path(of: name)) {
      fstatat(descriptor, name, &found, AT_SYMLINK_NOFOLLOW)
    }
    if value == 0 { return found }
    guard number == ENOENT else {
      throw DiskFailure.error("examine", path(of: name), number)
    }
    return nil
  }

  /// Names of everything in the folder except `.` and `..`, sorted.
  func names() throws(RecordError) -> [String] {
    let verb = "list the folder"
    let (copy, number) = attempt(.list, path) {
      openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    }
    guard copy >= 0 else { throw DiskFailure.error(verb, path, number) }
    guard let stream = fdopendir(copy) else {
      let number = errno
      close(copy)
      throw DiskFailure.error(verb, path, number)
    }
    defer { closedir(stream) }
    var names: [String] = []
    errno = 0
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
      }
      if name != ".", name != ".." { names.append(name) }
      errno = 0
    }
    guard errno == 0 else { throw DiskFailure.error(verb, path, errno) }
    return names.sorted()
  }

  /// Returns once names created, renamed or removed in this folder are durable.
  func flush() throws(RecordError) {
    let (value, number) = attempt(.flush, path) { fsync(descriptor) }
    // Some network file systems cannot flush a folder and need not.
    guard value == 0 || number == EINVAL else {
      throw DiskFailure.error("flush the folder", path, number)
    }
  }
}
