/// The answer to a token being created or replaced.
public enum AdmitOutcome: Sendable {
  /// The status to store, JSON.
  case admitted([UInt8])
  /// Every problem of the spec.
  case rejected([AdmitNote])
}

/// One problem of a token's method section.
public struct AdmitNote: Sendable, Equatable {
  /// Dotted path below `spec.<method>`; empty for the whole section.
  public var path: String
  public var message: String
}
