/// The keys to certify and the wished end of life; travels as field 1 of every method's first message.
public struct ClientParams: Sendable, Equatable {
  /// PKIX SubjectPublicKeyInfo, DER.
  public var publicTLSKey: [UInt8]
  /// SSH wire blob (RFC 4253), not an authorized_keys line.
  public var publicSSHKey: [UInt8]
  /// Wished end of the certificates, seconds since 1970 UTC; nil when the client sent none. Servers cap it.
  public var expiresUnixSeconds: Int64?
  /// True when a host (`host_params`) rather than a bot asked; this project's agent never does.
  public var isHost: Bool

  /// Creates the parameters of a bot.
  public init(publicTLSKey: [UInt8], publicSSHKey: [UInt8], expiresUnixSeconds: Int64?) {
    self.publicTLSKey = publicTLSKey
    self.publicSSHKey = publicSSHKey
    self.expiresUnixSeconds = expiresUnixSeconds
    self.isHost = false
  }
}
