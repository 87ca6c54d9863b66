/// What the core has to do next, before it is written into the C action.
public enum Verdict {
  case challenge(field: UInt32, message: [UInt8])
  /// `attributes` is JSON.
  case accept(newInstance: Bool, attributes: [UInt8])
  case refuse(Refusal)
}

/// A refusal: `code` is `TENON_REFUSED` or `TENON_INVALID_ARGUMENT`.
public struct Refusal {
  public var code: Int32
  /// For the client.
  public var message: String
  /// For the audit log.
  public var audit: String
}
