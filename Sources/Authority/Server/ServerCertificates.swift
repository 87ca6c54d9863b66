import Credentials
import PluginHost
import Synchronization
import Wire

/// The certificates the listener shows: one of the host authority, and an operator's own for the web
/// address when there is one.
final class ServerCertificates: Sendable {
  private static let lifetime: Int64 = 90 * 86_400

  private struct Issued {
    var certificate: ServerCertificate
    var renewAfter: Int64
  }

  private let keys: ClusterKeys
  private let hostID: String
  private let publicNames: [String]
  private let web: ServerCertificate?
  private let now: @Sendable () -> Int64
  private let issued = Mutex<Issued?>(nil)

  /// - Parameters:
  ///   - publicNames: DNS names and addresses agents dial.
  ///   - web: shown to everybody who does not ask for a name of the cluster itself.
  init(
    keys: ClusterKeys, hostID: String, publicNames: [String], web: ServerCertificate?,
    now: @escaping @Sendable () -> Int64
  ) {
    self.keys = keys
    self.hostID = hostID
    self.publicNames = publicNames
    self.web = web
    self.now = now
  }

  /// The source the listener asks at each handshake.
  var tls: ServerTLS {
    let authorities = [keys.userTLS.certificate.der, keys.hostTLS.certificate.der]
    return ServerTLS(
      certificate: { try self.certificate(for: $0) }, clientAuthorities: { authorities })
  }

  private func certificate(for serverName: String?) throws -> ServerCertificate {
    if let web, let serverName, !serverName.hasSuffix(ClusterDomain.api) { return web }
    let now = now()
    return try issued.withLock { issued in
      if let issued, now < issued.renewAfter { return issued.certificate }
      let key = try PrivateKey.generate(.ecdsaP256)
      let certificate = try keys.hostTLS.issue(
        TLSServerCertificate.host(
          id: hostID, clusterName: keys.cluster, role: "Auth", publicNames: publicNames,
          validity: Validity(from: now, until: now + Self.lifetime)), for: key.publicKey)
      let fresh = ServerCertificate(chain: [certificate.der], privateKeyPEM: key.pem)
      issued = Issued(certificate: fresh, renewAfter: now + Self.lifetime * 2 / 3)
      return fresh
    }
  }
}
