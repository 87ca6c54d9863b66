import Documents
import Glibc
import Synchronization

/// What happened, for people who look later: one JSON object per line, no secrets.
protocol AuditLog: Sendable {
  /// Appends one event. The time is added in front.
  func write(_ event: String, _ fields: [(String, Node)])
}

/// Appends to a file, one `write` per line, so that lines of any process stay whole.
final class AuditFile: AuditLog {
  private let descriptor: Int32
  private let now: @Sendable () -> Int64
  private let report: @Sendable (String) -> Void
  private let isFailing = Mutex(false)

  /// - Parameters:
  ///   - path: made with mode 0600 when it is not there; links are not followed.
  ///   - report: told once when lines begin to get lost, and once when they no longer do.
  init(
    path: String, now: @escaping @Sendable () -> Int64,
    report: @escaping @Sendable (String) -> Void
  ) throws(StartupError) {
    descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
    self.now = now
    self.report = report
    guard descriptor >= 0 else {
      throw StartupError(
        "cannot open the audit log \(path): \(String(cString: strerror(errno)))",
        remedy: "make the data directory writable for the user tenond runs as")
    }
  }

  deinit { close(descriptor) }

  func write(_ event: String, _ fields: [(String, Node)]) {
    let head: [(String, Node)] = [("time", .text(TimeText.text(now()))), ("event", .text(event))]
    let line = JSON.serialize(.object(head + fields)) + [UInt8(ascii: "\n")]
    let written = line.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    let failed = written != line.count
    let reason = failed ? String(cString: strerror(errno)) : ""
    let changed = isFailing.withLock { state in
      defer { state = failed }
      return state != failed
    }
    if changed {
      report(
        failed
          ? "the audit log loses lines: \(reason); free some disk space"
          : "the audit log works again")
    }
  }
}
