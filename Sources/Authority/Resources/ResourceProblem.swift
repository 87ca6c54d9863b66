import Documents

/// One thing wrong with an applied document: where, what, and what to do.
struct ResourceProblem: Sendable {
  var position: Position
  var message: String
  /// Something is not there. Such problems come last: often a misspelt key is why.
  var isAbsence = false

  var text: String { "line \(position.line), column \(position.column): \(message)" }
}
