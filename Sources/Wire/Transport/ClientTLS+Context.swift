internal import Glibc
internal import NIOCore
internal import NIOSSL

extension ClientTLS {
  /// The name for SNI; nil for IP addresses, which SNI cannot carry.
  var nameToIndicate: String? {
    IPAddressText.bytes(serverName) == nil ? serverName : nil
  }

  /// Turns the description into a context.
  ///
  /// - Throws: `badParameter` for a certificate, key or root that cannot be used, naming which.
  func makeContext() throws(RPCError) -> NIOSSLContext {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = alpn
    configuration.shutdownTimeout = .seconds(1)
    // The library's own name check also accepts the address that was dialled; HandshakeObserver checks the name asked for.
    configuration.certificateVerification = .noHostnameVerification
    switch trust {
    case .system: configuration.trustRoots = try Self.systemRoots()
    case .roots(let roots):
      configuration.trustRoots = .certificates(try certificates(roots, "trusted authority"))
    case .insecure: configuration.certificateVerification = .none
    }
    if let certificate {
      configuration.certificateChain = try certificates(certificate.chain, "client certificate")
        .map { .certificate($0) }
      configuration.privateKey = .privateKey(
        try privateKey(pem: certificate.privateKeyPEM, "client certificate"))
    }
    do {
      return try NIOSSLContext(configuration: configuration)
    } catch {
      throw RPCError(
        .badParameter, "the client certificate and its key cannot be used together: \(error)")
    }
  }

  private static func systemRoots() throws(RPCError) -> NIOSSLTrustRoots {
    guard let value = getenv("SSL_CERT_FILE") else { return .default }
    let path = String(cString: value)
    guard !path.isEmpty else { return .default }
    do {
      return .certificates(try NIOSSLCertificate.fromPEMFile(path))
    } catch {
      throw RPCError(
        .badParameter,
        "SSL_CERT_FILE names \"\(path)\", which cannot be read as PEM certificates")
    }
  }
}

/// Parses DER certificates.
///
/// - Throws: `badParameter` that names `what`.
func certificates(_ chain: [[UInt8]], _ what: String) throws(RPCError) -> [NIOSSLCertificate] {
  do {
    return try chain.map { try NIOSSLCertificate(bytes: $0, format: .der) }
  } catch {
    throw RPCError(.badParameter, "the \(what) is not a DER certificate")
  }
}

/// Parses a PEM private key.
///
/// - Throws: `badParameter` that names `what`.
func privateKey(pem: String, _ what: String) throws(RPCError) -> NIOSSLPrivateKey {
  do {
    return try NIOSSLPrivateKey(bytes: Array(pem.utf8), format: .pem)
  } catch {
    throw RPCError(.badParameter, "the private key of the \(what) is not a PEM key")
  }
}
