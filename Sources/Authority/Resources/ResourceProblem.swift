import Documents

/// One thing wrong with an applied document: where, what, and what to do.
struct ResourceProblem: Sendable {
  var position: Position
  var message: String

  var text: String { "line \(position.line), column \(position.column): \(message)" }
}
