/// Bytes that are not the TPM structure they should be.
public struct MalformedStructure: Error, Sendable, Equatable {
  /// What is wrong, lower case, without a period: "the creation data is cut short".
  public var reason: String

  public init(_ reason: String) { self.reason = reason }
}
