/// Who is at the other end of an accepted connection.
public struct Peer: Sendable, Equatable {
  /// `ip:port`, IPv6 in brackets.
  public var remoteAddress: String
  /// The client's certificate first, DER each; its chain was verified against the client authorities during the
  /// handshake. Empty when the client sent none, and always empty on the endpoint for clients without certificates.
  public var certificateChain: [[UInt8]]
  /// The negotiated protocol; nil when the client offered none.
  public var alpn: String?
  /// What the client said in the metadata key `version`; nil when it sent none or several.
  public var clientVersion: String?

  /// Creates a description of a peer.
  public init(
    remoteAddress: String, certificateChain: [[UInt8]] = [], alpn: String? = nil,
    clientVersion: String? = nil
  ) {
    self.remoteAddress = remoteAddress
    self.certificateChain = certificateChain
    self.alpn = alpn
    self.clientVersion = clientVersion
  }
}
