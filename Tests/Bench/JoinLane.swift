import Credentials
import PluginHost
import Wire

/// One agent of the load: its plugin instance, its records, and the identity of its last join.
actor JoinLane {
  private let address: ServerAddress
  private let trust: Trust
  private let token: String
  private let method: JoinMethodInstance
  private let name: String
  private let field: UInt32
  private var identity: StoredIdentity?

  init(
    address: ServerAddress, trust: Trust, plugin: LoadedPlugin, records: BenchRecords,
    token: String
  ) async throws {
    guard let declaration = plugin.manifest.joinMethod else {
      throw BenchError("\(plugin.manifest.id) is no join method")
    }
    self.address = address
    self.trust = trust
    self.token = token
    name = declaration.name
    field = declaration.messageField
    method = try await JoinMethodInstance(
      plugin, services: InstanceServices(storage: records, log: SilentLog()))
  }

  /// One join: connect, converse, keep the result, disconnect.
  func join(refreshes: Bool) async throws {
    let connection = try await Connection.open(
      to: address, tls: refreshes ? try authenticated() : .joinThroughProxy(address, trust: trust),
      clientVersion: "18.2.0")
    do {
      try await converse(connection, refreshes ? .refresh : identity == nil ? .first : .recovery)
    } catch {
      await method.abort()
      await connection.close()
      throw error
    }
    await connection.close()
  }

  private func authenticated() throws -> ClientTLS {
    guard let identity else { throw BenchError("there is no identity to refresh") }
    return .authenticatedThroughProxy(
      cluster: identity.clusterName, roots: identity.certificates.tlsAuthorities.map(\.der),
      certificate: ClientCertificate(
        chain: [identity.certificates.tls.der], privateKeyPEM: identity.privateKey.pem))
  }

  private func converse(_ connection: Connection, _ purpose: JoinParameters.Purpose) async throws {
    let limit: Duration = .seconds(30)
    let stream = try await connection.join()
    defer { stream.close() }
    let server = try await stream.sendInit(ClientInit(method: name, tokenName: token))
    let key = try PrivateKey.generate(
      SignatureSuite(wire: server.signatureSuite).algorithm(for: .ownIdentity))
    let (tls, ssh) = (key.publicKey.pkixDER, key.publicKey.sshBlob)
    let fragment = try await method.begin(
      JoinParameters(
        purpose: purpose, suite: server.signatureSuite, tokenName: token, publicTLSKey: tls,
        publicSSHKey: ssh), deadline: limit)
    try await stream.sendMethod(
      field: field,
      params: ClientParams(
        publicTLSKey: tls, publicSSHKey: ssh,
        expiresUnixSeconds: SystemClock().wallNanoseconds / 1_000_000_000 + 3_600),
      fragment: fragment)
    while true {
      switch try await stream.next() {
      case .challenge(let field, let bytes):
        let answer = try await method.step(field: field, message: bytes, deadline: limit)
        try await stream.sendSolution(field: answer.field, message: answer.message)
      case .result(let result):
        let certificates = result.certificates
        identity = try StoredIdentity(
          privateKey: key,
          certificates: CertificateSet(
            tlsDER: certificates.tls, tlsAuthoritiesDER: certificates.tlsAuthorities,
            sshBlob: certificates.ssh, sshAuthorityBlobs: certificates.sshAuthorities))
        try await method.finish(result: result.fragment, deadline: limit)
        return
      }
    }
  }
}
