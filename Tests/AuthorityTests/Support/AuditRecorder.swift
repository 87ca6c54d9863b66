import Documents
import Synchronization

@testable import Authority

/// An audit log that tests can read.
final class AuditRecorder: AuditLog {
  struct Line: Sendable {
    var event: String
    var fields: Node

    func text(_ key: String) -> String? { fields[key]?.string }
    var success: Bool? { fields["success"]?.bool }
    /// The line as bytes, to look for secrets in.
    var json: String { String(decoding: JSON.serialize(fields), as: UTF8.self) }
  }

  private let recorded = Mutex<[Line]>([])

  var lines: [Line] { recorded.withLock { $0 } }

  func write(_ event: String, _ fields: [(String, Node)]) {
    recorded.withLock { $0.append(Line(event: event, fields: .object(fields))) }
  }

  func lines(_ event: String) -> [Line] { lines.filter { $0.event == event } }
}
