import Credentials
import Documents
import PluginHost

/// One certificate authority as the database holds it: key pairs of up to three kinds.
struct StoredAuthority: Sendable {
  var type: String
  var sshKey: String?
  var tlsCertificate: String?
  var tlsKey: String?
  var jwtKey: String?
  /// Public keys, PEM, that are trusted beside ``jwtKey`` and sign nothing here: of a key that follows it
  /// or went before it.
  var standbyJWTKeys: [String] = []

  init(type: String) { self.type = type }

  init(_ node: Node) throws {
    type = node["type"]?.string ?? ""
    sshKey = node["ssh_key"]?.string
    tlsCertificate = node["tls_certificate"]?.string
    tlsKey = node["tls_key"]?.string
    jwtKey = node["jwt_key"]?.string
    standbyJWTKeys = (node["standby_jwt_keys"]?.list ?? []).map { $0.string ?? "" }
  }

  var node: Node {
    var members: [(String, Node)] = [("type", .text(type))]
    if let sshKey { members.append(("ssh_key", .text(sshKey))) }
    if let tlsCertificate { members.append(("tls_certificate", .text(tlsCertificate))) }
    if let tlsKey { members.append(("tls_key", .text(tlsKey))) }
    if let jwtKey { members.append(("jwt_key", .text(jwtKey))) }
    if !standbyJWTKeys.isEmpty {
      members.append(("standby_jwt_keys", .array(standbyJWTKeys.map { .text($0) })))
    }
    return .object(members)
  }

  func tls() throws -> TLSAuthority {
    guard let tlsCertificate, let tlsKey else { throw missing("X.509") }
    return try TLSAuthority(
      certificate: TLSCertificate(pem: tlsCertificate), key: PrivateKey(pem: tlsKey))
  }

  func ssh() throws -> SSHAuthority {
    guard let sshKey else { throw missing("SSH") }
    return SSHAuthority(key: try PrivateKey(pem: sshKey))
  }

  func jwt() throws -> PrivateKey {
    guard let jwtKey else { throw missing("JWT") }
    return try PrivateKey(pem: jwtKey)
  }

  func standbyJWT() throws -> [PublicKey] {
    try standbyJWTKeys.map { pem throws(StartupError) in
      guard let key = try? PublicKey(pem: pem) else { throw missing("readable standby JWT") }
      return key
    }
  }

  var publicHalf: PublicAuthority {
    func publicKey(_ pem: String?) -> PublicKey? {
      pem.flatMap { try? PrivateKey(pem: $0).publicKey }
    }
    return PublicAuthority(
      type: type, ssh: publicKey(sshKey).map { [$0.authorizedKey] } ?? [],
      tls: tlsCertificate.map { [$0] } ?? [],
      jwt: (publicKey(jwtKey).map { [$0.pem] } ?? []) + standbyJWTKeys)
  }

  private func missing(_ kind: String) -> StartupError {
    StartupError(
      "the \(type) authority in the database has no \(kind) key",
      remedy: "restore the database from a backup")
  }

  /// How to make an authority that does not exist yet.
  struct Blueprint {
    let type: String
    var tls: KeyPurpose?
    var ssh: KeyPurpose?
    var jwt: KeyPurpose?
    var method: MethodAuthorityDeclaration?
    var uris: @Sendable (String) -> [String] = { _ in [] }

    static let standard = [
      Blueprint(type: "host", tls: .hostCertificateAuthority, ssh: .hostSSHAuthority),
      Blueprint(type: "user", tls: .userCertificateAuthority, ssh: .userSSHAuthority),
      Blueprint(type: "db", tls: .databaseCertificateAuthority),
      Blueprint(type: "jwt", jwt: .applicationTokens),
      Blueprint(
        type: "spiffe", tls: .workloadCertificateAuthority, jwt: .workloadTokens,
        uris: { ["spiffe://\($0)"] }),
    ]

    func make(cluster: String, suite: SignatureSuite, now: Int64) throws -> StoredAuthority {
      var authority = StoredAuthority(type: type)
      if let tls {
        let made = try TLSAuthority.selfSigned(
          clusterName: cluster, key: .generate(suite.algorithm(for: tls)), now: now,
          uris: uris(cluster))
        authority.tlsCertificate = made.certificate.pem
        authority.tlsKey = made.key.pem
      }
      if let ssh { authority.sshKey = try PrivateKey.generate(suite.algorithm(for: ssh)).pem }
      if let jwt { authority.jwtKey = try PrivateKey.generate(suite.algorithm(for: jwt)).pem }
      if let method {
        let name = method.algorithms[suite.rawValue] ?? ""
        guard let algorithm = KeyAlgorithm(rawValue: name) else {
          throw StartupError(
            "a verifier plugin asks for the unknown key algorithm \(name.excerpt)",
            remedy: "install a newer tenond or another build of the plugin")
        }
        authority.jwtKey = try PrivateKey.generate(algorithm).pem
      }
      return authority
    }
  }
}
