import Daemon
import Glibc
import PluginHost

/// The file that tells others the number of the agent's process, for as long as it runs.
struct PIDFile: Sendable {
  private let folder: Folder
  private let name: String
  private let content: [UInt8]

  /// Writes the file as a whole, readable by everybody; what an agent that was killed left there is
  /// replaced.
  ///
  /// - Parameter path: its folder must exist.
  /// - Throws: with the path and what to do.
  init(_ path: String, number: pid_t = getpid()) throws(RecordError) {
    let path = Program.absolute(path)
    guard let slash = path.lastIndex(of: "/"), !path.hasSuffix("/") else {
      throw RecordError(message: "the pid file \(path) is a folder", hint: "name a file in it")
    }
    let parent = slash == path.startIndex ? "/" : String(path[..<slash])
    name = String(path[path.index(after: slash)...])
    content = Array("\(number)\n".utf8)
    guard access(parent, F_OK) == 0 else {
      throw RecordError(
        message: "cannot write the pid file \(path): there is no folder \(parent)",
        hint: "make it, or name another with --pid-file")
    }
    folder = try Folder.open(parent, symlinks: .insecure, demandsTrust: false)
    try folder.replace(name, content, mode: 0o644)
  }

  /// Removes the file, unless it is another process's by now.
  func remove() {
    guard let found = try? folder.read(name, limit: 64), found == content else { return }
    try? folder.remove(name)
  }
}
