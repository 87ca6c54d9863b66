/// What one client may cost a listener.
public struct ServerLimits: Sendable {
  /// The TLS handshake, and on HTTP/1.1 the whole exchange, must be done within this. Default 10 s.
  public var handshake: Duration
  /// A whole join stream. Default 60 s.
  public var join: Duration
  /// One call of the API, from its headers to its status. Default 30 s.
  public var call: Duration
  /// A connection without any call is closed after this. Default 15 min.
  public var idle: Duration
  /// A gRPC connection without a client certificate is closed after this, whatever it does: it is there for one join. Default 2 min.
  public var anonymous: Duration
  /// Any other gRPC connection takes no more calls after this, and is closed when those in flight must be done. Default 1 h.
  public var lifetime: Duration
  /// Length of one gRPC message, in bytes; longer ones reset their stream. Default 256 KiB.
  public var maxMessageBytes: Int
  /// Streams one connection may have open at once. Default 32.
  public var maxConcurrentStreams: Int
  /// Connections open at once; more are closed at accept. Default 4096.
  public var maxConnections: Int

  /// Creates limits with the defaults named above.
  public init(
    handshake: Duration = .seconds(10), join: Duration = .seconds(60),
    call: Duration = .seconds(30), idle: Duration = .seconds(900),
    anonymous: Duration = .seconds(120), lifetime: Duration = .seconds(3600),
    maxMessageBytes: Int = 256 * 1024, maxConcurrentStreams: Int = 32, maxConnections: Int = 4096
  ) {
    self.handshake = handshake
    self.join = join
    self.call = call
    self.idle = idle
    self.anonymous = anonymous
    self.lifetime = lifetime
    self.maxMessageBytes = maxMessageBytes
    self.maxConcurrentStreams = maxConcurrentStreams
    self.maxConnections = maxConnections
  }

  /// After this every call that has begun is over.
  var inFlight: Duration { max(join, call) }
}
