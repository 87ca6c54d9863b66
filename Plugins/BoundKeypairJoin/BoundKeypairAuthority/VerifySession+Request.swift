public import Documents

extension VerifySession {
  /// What the core knows of the join.
  public struct Request {
    public var tokenName: String
    public var botName: String
    public var spec: Node
    public var status: Node
    public var role: String
    public var initMessage: [UInt8]
    /// Bot instance of the caller's certificate, empty without one.
    public var instanceID: String
    public var lockMessage: String

    public init(
      tokenName: String, botName: String, spec: Node, status: Node, role: String,
      initMessage: [UInt8],
      instanceID: String, lockMessage: String
    ) {
      self.tokenName = tokenName
      self.botName = botName
      self.spec = spec
      self.status = status
      self.role = role
      self.initMessage = initMessage
      self.instanceID = instanceID
      self.lockMessage = lockMessage
    }
  }
}
