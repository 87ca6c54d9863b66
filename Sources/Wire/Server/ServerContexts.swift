internal import NIOCore
internal import NIOSSL
internal import Synchronization

/// Turns a ``ServerTLS`` into TLS contexts, and keeps them while the closures return equal values.
final class ServerContexts: Sendable {
  private struct Base {
    var certificate: ServerCertificate
    var authorities: [[UInt8]]
    var context: NIOSSLContext
  }

  private struct State {
    var base: Base?
    var overrides: [(ServerCertificate, NIOSSLContextConfigurationOverride)] = []
  }

  /// A server has one certificate for the web and one for its API; more than a few kept ones are stale.
  private static let maxOverrides = 8

  private let tls: ServerTLS
  private let protocols: [String]
  private let state = Mutex(State())

  init(tls: ServerTLS, cluster: String) {
    self.tls = tls
    // Best first. HTTP/1.1 stands before HTTP/2 because browsers and curl, which offer both, want the discovery page.
    protocols = [ALPN.proxyGRPC, ALPN.auth(cluster: cluster), ALPN.http1, ALPN.http2]
  }

  /// The context for one handshake.
  func context() throws -> NIOSSLContext {
    let certificate = try tls.certificate(nil)
    let authorities = tls.clientAuthorities()
    if let base = state.withLock({ $0.base }), base.authorities == authorities,
      base.certificate == certificate
    {
      return base.context
    }
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: try certificates(certificate.chain, "server certificate")
        .map { .certificate($0) },
      privateKey: .privateKey(try privateKey(pem: certificate.privateKeyPEM, "server certificate")))
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = protocols
    configuration.certificateVerification = .optionalVerification
    configuration.trustRoots = .certificates(try certificates(authorities, "client authority"))
    configuration.shutdownTimeout = .seconds(1)
    configuration.sslContextCallback = { [weak self] values, promise in
      promise.completeWith(
        Result {
          guard let self else { throw ChannelError.ioOnClosedChannel }
          return try self.override(for: values.serverHostname)
        })
    }
    let context = try NIOSSLContext(configuration: configuration)
    state.withLock {
      $0.base = Base(certificate: certificate, authorities: authorities, context: context)
    }
    return context
  }

  private func override(for name: String?) throws -> NIOSSLContextConfigurationOverride {
    // A name that claims to encode a cluster but does not is an attack or a bug, not a question for a certificate.
    if let name { _ = try ClusterDomain.decoded(name) }
    let certificate = try tls.certificate(name)
    if let known = state.withLock({ $0.overrides.first { $0.0 == certificate }?.1 }) {
      return known
    }
    var override = NIOSSLContextConfigurationOverride()
    override.certificateChain = try certificates(certificate.chain, "server certificate")
      .map { .certificate($0) }
    override.privateKey = .privateKey(
      try privateKey(pem: certificate.privateKeyPEM, "server certificate"))
    let made = override
    state.withLock {
      if $0.overrides.count >= Self.maxOverrides { $0.overrides.removeAll() }
      $0.overrides.append((certificate, made))
    }
    return made
  }
}
