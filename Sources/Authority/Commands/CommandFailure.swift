import Wire

/// A command that did not do what it was asked, in words for standard error.
struct CommandFailure: Error {
  /// The first line follows `ERROR: `; more lines are indented below it.
  var text: String

  init(_ text: String) { self.text = text }

  /// - Parameter subject: a file or `kind/name` to put in front of every line.
  init(_ error: RPCError, subject: String = "") {
    let lines = error.message.split(separator: "\n")
    text = lines.map { subject.isEmpty ? String($0) : "\(subject): \($0)" }.joined(separator: "\n")
  }
}
