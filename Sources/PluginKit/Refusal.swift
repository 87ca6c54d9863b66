/// A join that is refused: `code` is `TENON_REFUSED`, `TENON_INVALID_ARGUMENT` or `TENON_INTERNAL`.
public struct Refusal {
  public var code: Int32
  /// For the client.
  public var message: String
  /// For the audit log and, with ``locksToken``, the lock.
  public var audit: String
  public var locksToken: Bool

  public init(code: Int32, message: String, audit: String, locksToken: Bool = false) {
    self.code = code
    self.message = message
    self.audit = audit
    self.locksToken = locksToken
  }
}
