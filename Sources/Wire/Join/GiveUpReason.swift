/// Why a client stops a join; the server turns it into its own error and audit line.
public enum GiveUpReason: Int, Sendable, CaseIterable {
  /// Not said; also stands for numbers this version does not know.
  case unspecified = 0
  /// The server named a method the client cannot do.
  case unsupportedMethod = 1
  /// The server sent a message the client does not know at this point.
  case unsupportedMessage = 2
  /// The client could not compute a solution.
  case solutionFailed = 3
}
