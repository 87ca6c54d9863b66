/// Which servers a client believes.
public enum Trust: Sendable, Equatable {
  /// The operating system's roots, or those in the file that the environment variable `SSL_CERT_FILE` names.
  case system
  /// Exactly these authorities, DER each.
  case roots([[UInt8]])
  /// Anybody. Only for the first connection of the pin procedure and for `--insecure`.
  case insecure
}

/// A certificate chain with its key, as a client presents them.
public struct ClientCertificate: Sendable, Equatable {
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

/// How a client proves and checks identity while connecting.
public struct ClientTLS: Sendable, Equatable {
  /// Which servers to believe.
  public var trust: Trust
  /// Sent as SNI (unless it is an IP address) and the name the certificate must be made out to, whatever was dialled.
  public var serverName: String
  /// Protocols to offer, best first.
  public var alpn: [String]
  /// The client's own certificate; nil to stay anonymous.
  public var certificate: ClientCertificate?

  /// Creates a description from parts; prefer the four ready ones.
  public init(
    trust: Trust, serverName: String, alpn: [String], certificate: ClientCertificate? = nil
  ) {
    self.trust = trust
    self.serverName = serverName
    self.alpn = alpn
    self.certificate = certificate
  }

  /// Joining through `proxy_server` without an identity.
  public static func joinThroughProxy(_ address: ServerAddress, trust: Trust) -> ClientTLS {
    ClientTLS(trust: trust, serverName: address.host, alpn: [ALPN.proxyGRPC, ALPN.http2])
  }

  /// Joining, or reading authorities, at `auth_server` without an identity.
  public static func joinAtAuth(trust: Trust) -> ClientTLS {
    ClientTLS(trust: trust, serverName: ClusterDomain.api, alpn: [ALPN.http2])
  }

  /// Calling the API through `proxy_server` with an identity; `roots` are the authorities of that identity.
  public static func authenticatedThroughProxy(
    cluster: String, roots: [[UInt8]], certificate: ClientCertificate
  ) -> ClientTLS {
    ClientTLS(
      trust: .roots(roots), serverName: ClusterDomain.encoded(cluster),
      alpn: [ALPN.auth(cluster: cluster), ALPN.http2], certificate: certificate)
  }

  /// Calling the API at `auth_server` with an identity; `roots` are the authorities of that identity.
  public static func authenticatedAtAuth(
    cluster: String, roots: [[UInt8]], certificate: ClientCertificate
  ) -> ClientTLS {
    ClientTLS(
      trust: .roots(roots), serverName: ClusterDomain.encoded(cluster), alpn: [ALPN.http2],
      certificate: certificate)
  }
}
