internal import FoundationEssentials
internal import Glibc
internal import NIOCore
internal import NIOSSL

/// Explains why a TLS connection did not come about or broke.
enum TLSFault {
  static func describe(_ error: any Error, dialer: Dialer, leaf: NIOSSLCertificate?) -> RPCError {
    let text = "\(error)"
    if text.contains("CERTIFICATE_VERIFY_FAILED") { return untrusted(dialer, leaf) }
    if text.contains("WRONG_VERSION_NUMBER") || text.contains("HTTP_REQUEST")
      || text.contains("UNEXPECTED_RECORD") || text.contains("UNEXPECTED_MESSAGE")
    {
      return problem(
        "\(dialer.address) does not speak TLS; check that host and port are right", .wrongProtocol)
    }
    if text.contains("NO_APPLICATION_PROTOCOL") {
      return problem(
        """
        \(dialer.address) speaks none of the protocols \(dialer.tls.alpn.joined(separator: ", ")); \
        check that it is a cluster's address
        """, .wrongProtocol)
    }
    if let alert = text.firstRange(of: "_ALERT_") {
      let name = text[alert.upperBound...].prefix { $0.isLetter || $0 == "_" }
      let reason = name.lowercased().replacing("_", with: " ")
      return problem(
        dialer.tls.certificate == nil
          ? "\(dialer.address) refused the TLS handshake: \(reason)"
          : "\(dialer.address) refused this client's certificate: \(reason)", .rejectedByServer)
    }
    if text.contains("EOF during handshake") {
      return problem("\(dialer.address) closed the connection during the TLS handshake", .closed)
    }
    if let error = error as? IOError {
      return problem(
        "the connection to \(dialer.address) broke: \(DialFault.errnoText(error.errnoCode))",
        .closed)
    }
    if case .uncleanShutdown? = error as? NIOSSLError {
      return problem("\(dialer.address) cut the connection", .closed)
    }
    return problem("the connection to \(dialer.address) failed: \(text)", .closed)
  }

  private static func problem(_ message: String, _ fault: ConnectionFault) -> RPCError {
    RPCError(.connectionProblem, message, fault: fault)
  }

  private static func untrusted(_ dialer: Dialer, _ leaf: NIOSSLCertificate?) -> RPCError {
    let now = time(nil)
    if let leaf, leaf.notValidAfter < now {
      return problem(
        "the certificate of \(dialer.address) expired on \(day(leaf.notValidAfter)); renew it on the server",
        .outsideValidity)
    }
    if let leaf, leaf.notValidBefore > now {
      return problem(
        """
        the certificate of \(dialer.address) is valid only from \(day(leaf.notValidBefore)) on; \
        check both clocks
        """, .outsideValidity)
    }
    let remedy =
      switch dialer.tls.trust {
      case .system:
        "add its authority to the system's roots or point SSL_CERT_FILE at it"
      case .roots, .insecure: "check that the authorities given for it are this cluster's"
      }
    return problem(
      "the certificate of \(dialer.address) does not come from a trusted authority; \(remedy)",
      .untrusted)
  }

  /// A trusted certificate made out to somebody else.
  static func wrongName(_ dialer: Dialer, _ names: CertificateNames) -> RPCError {
    let found = names.texts.isEmpty ? "no name" : names.texts.prefix(4).joined(separator: ", ")
    return problem(
      """
      the certificate of \(dialer.address) is made out to \(found), not to "\(dialer.tls.serverName)"; \
      check the address
      """, .wrongName)
  }

  private static func day(_ seconds: time_t) -> String {
    Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
  }
}
