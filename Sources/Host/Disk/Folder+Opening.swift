import CLinux
import Glibc
import PluginHost

extension Folder {
  /// Opens a folder and creates it, parents included, with mode 0700 where it is missing.
  ///
  /// - Parameter demandsTrust: refuse a folder that others own or may write to.
  /// - Throws: a sentence that names the component at fault.
  static func open(
    _ path: String, symlinks: SymlinkPolicy, demandsTrust: Bool,
    faults: FaultPoint = .none
  ) throws(RecordError) -> Folder {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw RecordError(
        message: "a folder has an empty path or one with a NUL byte", hint: "name a folder")
    }
    let follows = symlinks == .insecure
    let root = path.hasPrefix("/") ? "/" : "."
    var folder = try entry(
      AT_FDCWD, root, as: root, follows: true, onlyPath: true, faults: faults)
    for component in path.split(separator: "/") where component != "." {
      let name = String(component)
      let walked = folder.path == "." ? name : folder.path(of: name)
      folder = try step(from: folder, to: name, path: walked, follows: follows, faults: faults)
    }
    let opened = try entry(
      folder.descriptor, ".", as: path, follows: follows, onlyPath: false, faults: faults)
    if demandsTrust { try opened.checkTrust() }
    return opened
  }

  /// A folder within this one, created with mode 0700 when it is missing; never through a link.
  func child(_ name: String) throws(RecordError) -> Folder {
    let place = path(of: name)
    let passage = try Self.step(
      from: self, to: name, path: place, follows: false, faults: faults)
    return try Self.entry(
      passage.descriptor, ".", as: place, follows: false, onlyPath: false, faults: faults)
  }

  private static func step(
    from parent: Folder, to name: String, path: String, follows: Bool, faults: FaultPoint
  ) throws(RecordError) -> Folder {
    var found = stat()
    if fstatat(parent.descriptor, name, &found, AT_SYMLINK_NOFOLLOW) != 0, errno == ENOENT {
      try make(name, in: parent, path: path)
    }
    return try entry(
      parent.descriptor, name, as: path, follows: follows, onlyPath: true, faults: faults)
  }

  private static func make(
    _ name: String, in parent: Folder, path: String
  ) throws(RecordError) {
    let (made, number) = parent.attempt(.make, path) { mkdirat(parent.descriptor, name, 0o700) }
    if made < 0, number == EEXIST { return }
    guard made == 0 else { throw DiskFailure.error("create the folder", path, number) }
    // The umask of the process may have taken bits away.
    let (changed, refusal) = parent.attempt(.mode, path) {
      fchmodat(parent.descriptor, name, 0o700, AT_SYMLINK_NOFOLLOW)
    }
    guard changed == 0 else { throw DiskFailure.error("set the mode of", path, refusal) }
    parent.flushIfReadable()
  }

  private func flushIfReadable() {
    let readable = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard readable >= 0 else { return }
    fsync(readable)
    close(readable)
  }

  /// Opens one entry as a folder. `onlyPath` asks for the right to pass through, not to list.
  private static func entry(
    _ parent: Int32, _ name: String, as path: String, follows: Bool, onlyPath: Bool,
    faults: FaultPoint
  ) throws(RecordError) -> Folder {
    let verdict = faults.verdict(.open, path)
    guard verdict == 0 else { throw DiskFailure.error("open the folder", path, verdict) }
    let flags = O_DIRECTORY | O_CLOEXEC | (follows ? 0 : O_NOFOLLOW)
    let descriptor =
      onlyPath ? tenon_openat_path(parent, name, flags) : openat(parent, name, flags | O_RDONLY)
    guard descriptor >= 0 else {
      var number = errno
      var found = stat()
      if !follows, fstatat(parent, name, &found, AT_SYMLINK_NOFOLLOW) == 0,
        found.st_mode & S_IFMT == S_IFLNK
      {
        number = ELOOP
      }
      var error = DiskFailure.error("open the folder", path, number)
      if number == ELOOP {
        error.hint = "name the folder it points at, or replace the link by a folder"
      }
      throw error
    }
    return Folder(descriptor: descriptor, path: path, followsLinks: follows, faults: faults)
  }

  private func checkTrust() throws(RecordError) {
    var found = stat()
    let (value, number) = attempt(.examine, path) { fstat(descriptor, &found) }
    guard value == 0 else { throw DiskFailure.error("examine", path, number) }
    guard found.st_uid == geteuid() || found.st_uid == 0 else {
      throw RecordError(
        message: "the folder \(path) belongs to user \(found.st_uid), who could replace keys",
        hint: "give it to the user who runs this: chown \(geteuid()) \(path)")
    }
    guard found.st_mode & 0o022 == 0 else {
      throw RecordError(
        message: "the folder \(path) can be written by other users "
          + "(mode 0\(String(found.st_mode & 0o7777, radix: 8)))",
        hint: "take that away: chmod go-w \(path)")
    }
  }
}
