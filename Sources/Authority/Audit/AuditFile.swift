import Documents
import Glibc
import Synchronization

/// Appends to a file, a line per event. A line is there as a whole or not at all: what a full disk cuts
/// is taken back.
///
/// The file may be renamed, removed or emptied at any time, as log rotation does: the next line goes into
/// a file under the old name.
final class AuditFile: AuditLog {
  private struct State {
    var descriptor: Int32
    var isFailing = false
  }

  private let path: String
  private let now: @Sendable () -> Int64
  private let report: @Sendable (String) -> Void
  private let observe: @Sendable (_ problem: String?) -> Void
  private let state: Mutex<State>

  /// - Parameters:
  ///   - path: made with mode 0600 when it is not there; links are not followed.
  ///   - observe: told of every line whether it was written, or why it is lost.
  ///   - report: told once when lines begin to get lost, and once when they no longer do.
  init(
    path: String, now: @escaping @Sendable () -> Int64,
    observe: @escaping @Sendable (_ problem: String?) -> Void = { _ in },
    report: @escaping @Sendable (String) -> Void
  ) throws(StartupError) {
    let descriptor = Self.open(path)
    guard descriptor >= 0 else {
      throw StartupError(
        "cannot open the audit log \(path): \(String(cString: strerror(errno)))",
        remedy: "make the data directory writable for the user tenond runs as")
    }
    self.path = path
    self.now = now
    self.report = report
    self.observe = observe
    state = Mutex(State(descriptor: descriptor))
  }

  deinit { state.withLock { _ = close($0.descriptor) } }

  func write(_ event: String, _ fields: [(String, Node)]) {
    let head: [(String, Node)] = [("time", .text(TimeText.text(now()))), ("event", .text(event))]
    let line = JSON.serialize(.object(head + fields)) + [UInt8(ascii: "\n")]
    let (problem, news) = state.withLock { state -> (String?, String?) in
      let problem = append(line, &state)
      defer { state.isFailing = problem != nil }
      if let problem, !state.isFailing {
        return (problem, "the audit log \(path) loses lines: \(problem)")
      }
      return (
        problem, problem == nil && state.isFailing ? "the audit log \(path) works again" : nil
      )
    }
    observe(problem)
    if let news { report(news) }
  }

  /// - Returns: why the line is lost and what to do; nil when it is written.
  private func append(_ line: [UInt8], _ state: inout State) -> String? {
    var known = stat()
    var named = stat()
    fstat(state.descriptor, &known)
    if lstat(path, &named) != 0 || named.st_ino != known.st_ino || named.st_dev != known.st_dev {
      let fresh = Self.open(path)
      guard fresh >= 0 else {
        return "\(String(cString: strerror(errno))); make room for a file of that name"
      }
      close(state.descriptor)
      state.descriptor = fresh
      fstat(fresh, &known)
    }
    let written = line.withUnsafeBytes { Glibc.write(state.descriptor, $0.baseAddress, $0.count) }
    if written == line.count { return nil }
    let reason = written < 0 ? errno : ENOSPC
    if written > 0 { ftruncate(state.descriptor, known.st_size) }
    return "\(String(cString: strerror(reason))); free some disk space"
  }

  private static func open(_ path: String) -> Int32 {
    Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
  }
}
