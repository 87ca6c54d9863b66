/// What the core has to do next, before it is written into the C action.
public enum Verdict {
  case challenge(field: UInt32, message: [UInt8])
  /// - Parameters:
  ///   - previousInstance: the instance a new one follows, empty when unknown.
  ///   - replacedInstance: the instance of the unconfirmed join this one replaces, empty without one.
  case accept(newInstance: Bool, previousInstance: String, replacedInstance: String)
  case refuse(Refusal)
}

/// A refusal: `code` is `TENON_REFUSED`, `TENON_INVALID_ARGUMENT` or `TENON_INTERNAL`.
public struct Refusal {
  public var code: Int32
  /// For the client.
  public var message: String
  /// For the audit log and, with ``locksToken``, the lock.
  public var audit: String
  public var locksToken: Bool

  public init(code: Int32, message: String, audit: String, locksToken: Bool) {
    self.code = code
    self.message = message
    self.audit = audit
    self.locksToken = locksToken
  }
}
