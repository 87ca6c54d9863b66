internal import CLinux
internal import Glibc

/// The file of an admin socket: made readable and writable for its owner alone, visible only once it works.
struct AdminSocket {
  /// Listening comes later; the descriptor is bound.
  let descriptor: CInt
  let path: String
  private let hidden: String

  /// Binds a socket under a name of its own beside `path`. The folder is made when only it is missing:
  /// what lies below `/run` is gone after each start of the machine.
  ///
  /// - Throws: `badParameter` for a path that is too long, `connectionProblem` for what the system refuses.
  init(beside path: String) throws(RPCError) {
    self.path = path
    hidden = "\(path).\(getpid())"
    try Self.makeFolder(of: path)
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw Self.refused(path) }
    do throws(RPCError) {
      // The file takes the mode of the descriptor: there is no moment in which others may open it.
      guard fchmod(descriptor, 0o600) == 0 else { throw Self.refused(path) }
      var address = try Self.address(hidden)
      unlink(hidden)
      let bound = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
      guard bound == 0 else { throw Self.refused(path) }
    } catch {
      Glibc.close(descriptor)
      throw error
    }
  }

  /// Gives the socket its public name. It must listen by now.
  ///
  /// - Throws: `alreadyExists` when somebody answers under the name, or something that is no socket has it.
  func publish() throws(RPCError) {
    do throws(RPCError) {
      try Self.removeDead(path)
      // RENAME_NOREPLACE: whoever appeared in the meantime stays.
      guard tenon_renameat2(AT_FDCWD, hidden, AT_FDCWD, path, 1) == 0 else {
        if errno == EEXIST { throw Self.taken(path) }
        throw Self.refused(path)
      }
    } catch {
      unlink(hidden)
      throw error
    }
  }

  /// Removes the public name unless another server answers under it. Call after the socket was closed.
  func withdraw() {
    if !Self.answers(path) { unlink(path) }
  }

  private static func makeFolder(of path: String) throws(RPCError) {
    guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return }
    let folder = String(path[..<slash])
    guard mkdir(folder, 0o755) != 0, errno != EEXIST else { return }
    throw RPCError(
      .connectionProblem,
      "cannot make the folder \(folder) of the admin socket: \(DialFault.errnoText(errno)); "
        + "make it for this user, or choose another socket path")
  }

  private static func removeDead(_ path: String) throws(RPCError) {
    var found = stat()
    guard lstat(path, &found) == 0 else { return }
    guard found.st_mode & S_IFMT == S_IFSOCK else {
      throw RPCError(.alreadyExists, "\(path) exists and is not a socket; choose another path")
    }
    guard !answers(path) else { throw taken(path) }
    unlink(path)
  }

  private static func answers(_ path: String) -> Bool {
    let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard probe >= 0, var address = try? address(path) else { return false }
    defer { Glibc.close(probe) }
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(probe, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
      }
    }
  }

  private static func address(_ path: String) throws(RPCError) -> sockaddr_un {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let room = MemoryLayout.size(ofValue: address.sun_path) - 1
    guard path.utf8.count <= room else {
      throw RPCError(.badParameter, "the socket path \(path) is longer than \(room) bytes")
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    return address
  }

  private static func taken(_ path: String) -> RPCError {
    RPCError(
      .alreadyExists, "another server answers at \(path); stop it or choose another socket path")
  }

  private static func refused(_ path: String) -> RPCError {
    RPCError(
      .connectionProblem,
      "cannot open the admin socket \(path): \(DialFault.errnoText(errno)); "
        + "choose another socket path")
  }
}
