import Documents
import PluginHost

/// The answer to one question `doctor` asked.
struct DoctorRow: Sendable, Equatable {
  enum Outcome: String, Sendable { case passed, warning, failed, skipped }

  /// Stable, e.g. `storage`, `output identity-1`, `dev.example.badge reader`.
  var name: String
  var outcome: Outcome
  /// What was found: lower case, no period.
  var sentence: String
  /// What to do about a failure or a warning; empty otherwise.
  var remedy: String
  var duration: Duration = .zero

  /// Texts may quote peers and plugins; what could break the line or steer a terminal is replaced.
  init(_ name: String, _ outcome: Outcome, _ sentence: String, remedy: String = "") {
    self.name = name.printable
    self.outcome = outcome
    self.sentence = sentence.printable
    self.remedy = remedy.printable
  }

  init(_ name: String, failed failure: AgentFailure) {
    self.init(name, .failed, failure.message, remedy: failure.hint)
  }

  /// Whole milliseconds.
  var milliseconds: Int64 {
    duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
  }

  /// One line, and the remedy on the next.
  ///
  /// - Parameter nameWidth: of the column of names.
  func text(nameWidth: Int) -> String {
    let word = outcome == .failed ? "FAILED" : outcome.rawValue
    let time = "\(milliseconds) ms"
    let line =
      word.padded(to: 7) + "  " + name.padded(to: nameWidth) + "  "
      + String(repeating: " ", count: max(0, 8 - time.count)) + time + "  " + sentence + "\n"
    return remedy.isEmpty ? line : line + "         \(remedy)\n"
  }

  var document: Node {
    .object([
      ("name", .text(name)), ("outcome", .text(outcome.rawValue)),
      ("milliseconds", .integer(milliseconds)), ("sentence", .text(sentence)),
      ("remedy", .text(remedy)),
    ])
  }
}
