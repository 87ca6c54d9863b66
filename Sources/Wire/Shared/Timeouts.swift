/// How long the client side waits. Every limit is a total, not an idle time.
public struct Timeouts: Sendable {
  /// Name look-up, TCP and TLS together. Default 30 s.
  public var dial: Duration
  /// One call, from sending it to its status. Default 30 s.
  public var call: Duration
  /// One whole join stream. Default 60 s, which is also what authorities allow.
  public var join: Duration

  /// Creates limits; each has the default of the protocol.
  public init(
    dial: Duration = .seconds(30), call: Duration = .seconds(30), join: Duration = .seconds(60)
  ) {
    self.dial = dial
    self.call = call
    self.join = join
  }
}
