import Daemon
import Glibc
import PluginHost

/// What can be said of a folder the agent writes to, without writing to it.
struct FolderExamination {
  let path: String
  let symlinks: SymlinkPolicy
  /// Whether nobody but this user and root may be able to change what is in it.
  let demandsTrust: Bool

  /// What one set of credentials needs, several times over.
  private static let leastRoom: UInt64 = 1 << 20

  /// - Parameter spec: a directory; nil for memory, of which there is nothing to say.
  init?(_ spec: DestinationSpec, demandsTrust: (SymlinkPolicy) -> Bool) {
    guard case .directory(let path, let symlinks) = spec else { return nil }
    self.path = Program.absolute(path)
    self.symlinks = symlinks
    self.demandsTrust = demandsTrust(symlinks)
  }

  /// The open folder with a phrase about it, or nil with a phrase on why it can be made.
  ///
  /// - Throws: what stands in the way of an agent of this user.
  func examine() throws(RecordError) -> (folder: Folder?, sentence: String) {
    guard Self.isThere(path) else { return (nil, try missing()) }
    let folder = try Folder.open(path, symlinks: symlinks, demandsTrust: demandsTrust)
    guard faccessat(folder.descriptor, ".", R_OK | W_OK | X_OK, AT_EACCESS) == 0 else {
      throw DiskFailure.error("write to", path, errno)
    }
    return (folder, "\(path), \(try owner(of: folder)), \(try room(in: folder))")
  }

  /// A link counts as such, wherever it leads: the folder is not made through it.
  private static func isThere(_ path: String) -> Bool {
    var found = stat()
    return lstat(path, &found) == 0 || errno != ENOENT
  }

  /// The nearest folder that is there decides whether the agent can make the rest.
  private func missing() throws(RecordError) -> String {
    var parent = path
    repeat {
      let slash = parent.lastIndex(of: "/") ?? parent.startIndex
      parent = String(parent[..<slash])
    } while !parent.isEmpty && !Self.isThere(parent)
    let nearest = parent.isEmpty ? "/" : parent
    let folder = try Folder.open(nearest, symlinks: symlinks, demandsTrust: false)
    guard faccessat(folder.descriptor, ".", W_OK | X_OK, AT_EACCESS) == 0 else {
      throw DiskFailure.error("create", path, in: nearest, errno)
    }
    return "\(path) is not there yet; the agent makes it"
  }

  private func owner(of folder: Folder) throws(RecordError) -> String {
    guard let found = try folder.status(".") else { return "gone meanwhile" }
    return "owner \(found.st_uid), mode 0\(String(found.st_mode & 0o7777, radix: 8))"
  }

  private func room(in folder: Folder) throws(RecordError) -> String {
    var system = statvfs()
    guard fstatvfs(folder.descriptor, &system) == 0 else {
      throw DiskFailure.error("examine", path, errno)
    }
    guard system.f_flag & UInt(ST_RDONLY) == 0 else {
      throw DiskFailure.error("write to", path, EROFS)
    }
    let free = UInt64(system.f_bavail) * UInt64(system.f_frsize)
    guard free >= Self.leastRoom, system.f_files == 0 || system.f_favail > 16 else {
      throw DiskFailure.error("write to", path, ENOSPC)
    }
    return "\(free >> 20) MiB free"
  }
}
