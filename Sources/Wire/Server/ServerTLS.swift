/// A certificate chain and its key, as a server presents them.
public struct ServerCertificate: Sendable, Equatable {
  /// Leaf first, DER each.
  public var chain: [[UInt8]]
  /// Private key, PEM (PKCS#8, PKCS#1 or SEC1).
  public var privateKeyPEM: String

  /// Creates a chain with its key.
  public init(chain: [[UInt8]], privateKeyPEM: String) {
    self.chain = chain
    self.privateKeyPEM = privateKeyPEM
  }
}

/// Where a listener gets its TLS material. Both closures run once per handshake, on a network thread: they must not block,
/// and returning the same values again is cheap (contexts are kept while the values stay equal).
public struct ServerTLS: Sendable {
  /// The certificate for the server name the client asked for (nil when it asked for none). Throwing refuses the handshake.
  public var certificate: @Sendable (_ serverName: String?) throws -> ServerCertificate
  /// Authorities a client certificate may come from, DER each. A certificate from elsewhere refuses the handshake;
  /// no certificate is always accepted.
  public var clientAuthorities: @Sendable () -> [[UInt8]]

  /// Creates a source of TLS material.
  public init(
    certificate: @escaping @Sendable (_ serverName: String?) throws -> ServerCertificate,
    clientAuthorities: @escaping @Sendable () -> [[UInt8]]
  ) {
    self.certificate = certificate
    self.clientAuthorities = clientAuthorities
  }
}
