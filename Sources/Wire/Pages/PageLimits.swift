/// What one client may cost a page server.
public struct PageLimits: Sendable {
  /// A whole request must be there within this, and its answer be taken within as much again. Default 10 s.
  public var request: Duration
  /// How long an answer that takes a while may take. Default 60 s.
  public var held: Duration
  /// Bytes of one request, its headers included; more close the connection. Default 16 KiB.
  public var maxRequestBytes: Int
  /// Connections open at once; more are closed at accept. Default 64.
  public var maxConnections: Int

  /// Creates limits with the defaults named above.
  public init(
    request: Duration = .seconds(10), held: Duration = .seconds(60),
    maxRequestBytes: Int = 16 * 1024, maxConnections: Int = 64
  ) {
    self.request = request
    self.held = held
    self.maxRequestBytes = maxRequestBytes
    self.maxConnections = maxConnections
  }
}
