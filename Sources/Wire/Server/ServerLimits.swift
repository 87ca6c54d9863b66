/// What one client may cost a listener.
public struct ServerLimits: Sendable {
  /// TLS handshake, and the first request after it, must arrive within this. Default 10 s.
  public var handshake: Duration
  /// A whole join stream. Default 60 s.
  public var join: Duration
  /// One call of the API, from its headers to its status. Default 30 s.
  public var call: Duration
  /// A connection without any call is closed after this. Default 15 min.
  public var idle: Duration
  /// Length of one gRPC message, in bytes; longer ones reset their stream. Default 256 KiB.
  public var maxMessageBytes: Int
  /// Streams one connection may have open at once. Default 100.
  public var maxConcurrentStreams: Int
  /// Connections open at once; more are closed at accept. Default 4096.
  public var maxConnections: Int

  /// Creates limits with the defaults named above.
  public init(
    handshake: Duration = .seconds(10), join: Duration = .seconds(60),
    call: Duration = .seconds(30), idle: Duration = .seconds(900),
    maxMessageBytes: Int = 256 * 1024, maxConcurrentStreams: Int = 100,
    maxConnections: Int = 4096
  ) {
    self.handshake = handshake
    self.join = join
    self.call = call
    self.idle = idle
    self.maxMessageBytes = maxMessageBytes
    self.maxConcurrentStreams = maxConcurrentStreams
    self.maxConnections = maxConnections
  }
}
