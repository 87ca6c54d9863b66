/// What the authority has to do next, with the audit events that came along.
public struct VerifyAction: Sendable {
  public enum Kind: Sendable {
    case challenge(field: UInt32, message: [UInt8])
    case accept(Acceptance)
    case refuse(VerifyRefusal)
  }

  public var kind: Kind
  /// One JSON object per event.
  public var events: [[UInt8]]
}

/// A verdict for a client.
public struct Acceptance: Sendable, Equatable {
  /// Whether the join begins a bot instance; otherwise it keeps the caller's.
  public var newInstance: Bool
  /// The instance a new one follows, empty when unknown.
  public var previousInstance: String
  /// The instance of the unconfirmed join that this one replaces, empty without one.
  public var replacedInstance: String
  /// JSON object of what the method attests; may be empty.
  public var attributes: [UInt8]

  public init(
    newInstance: Bool, previousInstance: String, replacedInstance: String = "",
    attributes: [UInt8]
  ) {
    self.newInstance = newInstance
    self.previousInstance = previousInstance
    self.replacedInstance = replacedInstance
    self.attributes = attributes
  }
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
