/// First message of a join: who asks for what.
public struct ClientInit: Sendable, Equatable {
  /// The join method the client wants; nil lets the server announce the token's method.
  public var method: String?
  /// Name of the join token. For secret tokens this is the secret itself: never log it.
  public var tokenName: String
  /// `Bot` for everything this project joins.
  public var systemRole: String
  /// Set by a forwarding proxy only; an authority refuses it from everybody else.
  public var forwardedByProxy: Bool
  /// What a forwarding proxy says about the client; an authority refuses it from everybody else.
  public var proxyParameters: ProxyParameters?

  /// Address and version of the client a proxy forwards for.
  public struct ProxyParameters: Sendable, Equatable {
    /// Remote address as the proxy saw it.
    public var remoteAddress: String
    /// Version the client announced to the proxy.
    public var clientVersion: String
  }

  /// Creates the message of a client that is no proxy.
  public init(method: String?, tokenName: String, systemRole: String = "Bot") {
    self.method = method
    self.tokenName = tokenName
    self.systemRole = systemRole
    self.forwardedByProxy = false
  }
}
