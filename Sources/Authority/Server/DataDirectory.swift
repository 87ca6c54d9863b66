import Glibc

/// The folder that holds the database and the audit log, held by one process at a time.
final class DataDirectory: Sendable {
  let path: String
  private let lock: Int32

  /// Makes the folder (mode 0700) and takes its lock.
  ///
  /// - Throws: ``StartupError`` when it cannot be made, others may write to it, or another process
  ///   has it.
  init(_ path: String) throws(StartupError) {
    self.path = path
    if mkdir(path, 0o700) != 0, errno != EEXIST { throw Self.failure("make", path) }
    var facts = stat()
    guard lstat(path, &facts) == 0 else { throw Self.failure("look at", path) }
    guard facts.st_mode & S_IFMT == S_IFDIR else {
      throw StartupError(
        "the data directory \(path) is no directory", remedy: "name another with --data-dir")
    }
    guard facts.st_uid == geteuid(), facts.st_mode & 0o022 == 0 else {
      throw StartupError(
        "the data directory \(path) belongs to somebody else, or others may write to it",
        remedy: "run `chown \(geteuid()) \(path)` and `chmod 0700 \(path)`")
    }
    lock = open(path + "/lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard lock >= 0 else { throw Self.failure("write to", path) }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      close(lock)
      throw StartupError(
        "another tenond uses the data directory \(path)",
        remedy: "stop it, or give this one another --data-dir")
    }
  }

  deinit { close(lock) }

  func file(_ name: String) -> String { path + "/" + name }

  private static func failure(_ verb: String, _ path: String) -> StartupError {
    let reason = String(cString: strerror(errno))
    return StartupError(
      "cannot \(verb) the data directory \(path): \(reason)",
      remedy: "create it for the user tenond runs as, or name another with --data-dir")
  }
}
