import Documents

/// Why the output cannot be planned or rendered.
///
/// Message and hint are lower case, without a final period, shorter than 250 bytes and free of
/// secrets; the hint says what to do next.
public struct OutputFailure: Error, Sendable {
  public enum Reason: Sendable {
    /// The operator's configuration must change.
    case configuration
    /// What the agent handed over does not make sense.
    case credentials
  }

  public var reason: Reason
  public var message: String
  public var hint: String

  public init(_ reason: Reason, _ message: String, hint: String) {
    self.reason = reason
    self.message = message
    self.hint = hint
  }

  /// A credentials document that lacks something or holds something that cannot be written to a file.
  @inline(never)
  static func credentials(_ parts: String...) -> OutputFailure {
    OutputFailure(
      .credentials, concat(parts),
      hint: "check that the agent and this plugin are of the same release; otherwise report it")
  }
}
