import Daemon
import Glibc

/// The path under which the running program is called: a link such as /usr/local/bin/tbot stays right when
/// what it points at is replaced by the next version.
struct ProgramPath: Sendable {
  /// The search path of the caller.
  var searchPath: String
  /// The file that runs, links resolved; nil where that is not known.
  var running: String?
  /// Device and inode behind a path, links followed; nil when nothing that can be run is there.
  var identity: @Sendable (_ path: String) -> [UInt64]?

  static func system(searchPath: String) -> ProgramPath {
    ProgramPath(searchPath: searchPath, running: Program.path) { path in
      var found = stat()
      guard fstatat(AT_FDCWD, path, &found, 0) == 0, found.st_mode & S_IFMT == S_IFREG,
        access(path, X_OK) == 0
      else { return nil }
      return [UInt64(found.st_dev), UInt64(found.st_ino)]
    }
  }

  /// - Parameter name: the program as it was called, with or without a path.
  /// - Returns: an absolute path that leads to the running file; nil when none is known.
  func stable(_ name: String) -> String? {
    let places =
      name.contains("/")
      ? [Program.absolute(name)]
      : searchPath.split(separator: ":").filter { $0.hasPrefix("/") }.map { "\($0)/\(name)" }
    let candidates = places.map(UnitRequest.normalized)
    guard let running, let wanted = identity(running) else {
      return candidates.first { identity($0) != nil }
    }
    return candidates.first { identity($0) == wanted } ?? running
  }
}
