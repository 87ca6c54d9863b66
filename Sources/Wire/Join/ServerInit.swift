/// The server's first answer: the method of the token and the cluster's key suite.
public struct ServerInit: Sendable, Equatable {
  /// Join method of the token.
  public var method: String
  /// `legacy`, `balanced-v1`, `fips-v1`, `hsm-v1`; anything else, also empty, means `legacy`.
  public var signatureSuite: String

  /// Creates the message.
  public init(method: String, signatureSuite: String) {
    self.method = method
    self.signatureSuite = signatureSuite
  }
}
