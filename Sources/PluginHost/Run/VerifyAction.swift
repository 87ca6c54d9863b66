/// What the authority has to do next, with the audit events that came along.
public struct VerifyAction: Sendable {
  public enum Kind: Sendable {
    case challenge(field: UInt32, message: [UInt8])
    /// `newInstance`: a fresh bot instance, following `previousInstance` when known.
    case accept(newInstance: Bool, previousInstance: String, attributes: [UInt8])
    case refuse(VerifyRefusal)
  }

  public var kind: Kind
  /// One JSON object per event.
  public var events: [[UInt8]]
}

/// A verdict against a client.
public struct VerifyRefusal: Sendable, Equatable {
  public enum Class: Sendable { case accessDenied, badParameter, unknown }

  public var reason: Class
  /// Text for the client.
  public var message: String
  /// Longer text for the audit log.
  public var audit: String
  /// Whether the token is to be locked, with `audit` as the lock's message.
  public var locksToken: Bool
}
