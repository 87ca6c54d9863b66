import Credentials
import Documents
import PluginHost
import Wire

/// Asks the authority for what a plan names, and puts the answers into the credentials document.
struct CredentialGatherer: Sendable {
  let link: AuthorityLink
  let identity: StoredIdentity
  let connection: Connection
  let ttlSeconds: Int64
  let clock: any HostClock

  /// One member per request, by id.
  func gather(_ plan: OutputPlan) async throws(AgentFailure) -> Node {
    var answers: [(String, Node)] = []
    for request in plan.requests {
      let answer: Node
      switch request.kind {
      case .userCertificate(let purpose, let isReissuable, let cluster):
        answer = try await userCertificate(purpose, isReissuable, cluster)
      case .authorities(let type): answer = bundle(try await authorities(type))
      case .clusters: answer = bundle(try await clusters())
      case .discovery: answer = try await discovery()
      }
      answers.append((request.id, answer))
    }
    return .object(answers)
  }

  // MARK: certificates

  private func userCertificate(
    _ purpose: KeyPurpose, _ isReissuable: Bool, _ cluster: String?
  ) async throws(AgentFailure) -> Node {
    let username = identity.identity.username
    let roles = try await ask("cannot read the role of \(username)") { () throws(RPCError) in
      var names: [String] = []
      for name in identity.identity.roles {
        for role in try await connection.role(name).impersonateRoles where !names.contains(role) {
          names.append(role)
        }
      }
      return names
    }
    guard !roles.isEmpty else {
      throw AgentFailure(
        "the bot \(identity.identity.botName) has no roles, so there is nothing to write",
        hint: "add roles to spec.roles of the bot (`tctl get bot/\(identity.identity.botName)`, "
          + "edit, `tctl create -f`)", .refused)
    }
    let suite = try await ask("cannot read the cluster's key suite") { () throws(RPCError) in
      SignatureSuite(wire: try await connection.signatureSuite())
    }
    let key: PrivateKey
    do {
      key = try PrivateKey.generate(suite.algorithm(for: purpose))
    } catch {
      throw AgentFailure(error, in: "cannot make a key")
    }
    var request = UserCertsRequest(
      username: username, expiresUnixSeconds: clock.wallNanoseconds / 1_000_000_000 + ttlSeconds,
      sshPublicKey: Array((key.publicKey.authorizedKey + "\n").utf8),
      tlsPublicKey: Array(key.publicKey.pem.utf8),
      routeToCluster: cluster ?? identity.clusterName, roleRequests: roles, useRoleRequests: true)
    request.reissuableRoleImpersonation = isReissuable
    let bundle = try await ask("cannot get certificates for \(username)") {
      () throws(RPCError) in try await connection.generateUserCerts(request)
    }
    return try check(bundle, key)
  }

  /// The document of a certificate bundle, once it is what was asked for.
  private func check(
    _ bundle: CertificateBundle, _ key: PrivateKey
  ) throws(AgentFailure) -> Node {
    do throws(CredentialError) {
      let tls = try TLSCertificate(pem: bundle.tls)
      let ssh = try SSHCertificate(line: bundle.ssh)
      guard try tls.publicKey == key.publicKey, try ssh.publicKey == key.publicKey else {
        throw CredentialError(.mismatch, "it sent certificates for another key")
      }
      let now = clock.wallNanoseconds / 1_000_000_000
      try tls.validity.check(at: now, "X.509 certificate")
      try ssh.content.check(at: now)
      return .object([
        ("private_key", .text(key.pem)), ("ssh_public_key", .text(key.publicKey.authorizedKey)),
        ("ssh_certificate", .text(ssh.line)), ("tls_certificate", .text(tls.pem)),
      ])
    } catch {
      throw AgentFailure(error, in: "the authority's certificates cannot be used")
    }
  }

  // MARK: authorities

  private func authorities(_ type: String) async throws(AgentFailure) -> [CertAuthority] {
    try await ask("cannot read the \(type) authorities") { () throws(RPCError) in
      do throws(RPCError) {
        return try await connection.certAuthorities(type: type)
      } catch let error where error.code == .badParameter && error.message.contains("not supported")
      {
        return []
      }
    }
  }

  private func clusters() async throws(AgentFailure) -> [CertAuthority] {
    let own = try await authority(of: identity.clusterName)
    let leaves = try await ask("cannot list the leaf clusters") { () throws(RPCError) in
      do throws(RPCError) {
        return try await connection.remoteClusters()
      } catch let error where error.code == .notImplemented {
        return []
      }
    }
    var all = [own]
    for name in leaves.sorted() where name != identity.clusterName {
      all.append(try await authority(of: name))
    }
    return all
  }

  private func authority(of cluster: String) async throws(AgentFailure) -> CertAuthority {
    try await ask("cannot read the host authority of \(cluster)") { () throws(RPCError) in
      try await connection.certAuthority(type: "host", domain: cluster)
    }
  }

  private func bundle(_ authorities: [CertAuthority]) -> Node {
    func texts(_ list: [[UInt8]]) -> Node {
      .array(
        list.map {
          .text(String(decoding: $0, as: UTF8.self).trimmingNewlines)
        })
    }
    return .object([
      (
        "authorities",
        .array(
          authorities.map {
            .object([
              ("cluster", .text($0.clusterName)), ("tls", texts($0.trusted.tls)),
              ("ssh", texts($0.trusted.ssh)),
            ])
          })
      )
    ])
  }

  // MARK: discovery

  private func discovery() async throws(AgentFailure) -> Node {
    let address: ServerAddress
    switch link.server {
    case .proxy(let proxy): address = proxy
    case .auth:
      let announced = try await ask("cannot ask for the proxy's address") {
        () throws(RPCError) in try await connection.ping().proxyPublicAddress
      }
      guard !announced.isEmpty, let proxy = try? ServerAddress(parsing: announced) else {
        return .object([
          ("tls_routing", .flag(false)), ("connection_upgrade", .flag(false)),
        ])
      }
      address = proxy
    }
    let found = try await link.discovery(at: address, trusting: identity)
    var members: [(String, Node)] = []
    let web = found.publicAddress.isEmpty ? address.description : found.publicAddress
    members.append(("web_address", .text(web)))
    let ssh = found.tlsRoutingEnabled ? web : found.sshPublicAddress
    if !ssh.isEmpty { members.append(("ssh_address", .text(ssh))) }
    members.append(("tls_routing", .flag(found.tlsRoutingEnabled)))
    members.append(("connection_upgrade", .flag(false)))
    return .object(members)
  }

  private func ask<Answer>(
    _ doing: String, _ call: () async throws(RPCError) -> Answer
  ) async throws(AgentFailure) -> Answer {
    do {
      return try await call()
    } catch {
      throw AgentFailure(error, doing: doing)
    }
  }
}

extension String {
  /// Without line ends at its end; the last one of a PEM text or a line says nothing.
  fileprivate var trimmingNewlines: String {
    var text = self[...]
    while let last = text.unicodeScalars.last, last == "\n" || last == "\r" {
      text = text.dropLast()
    }
    return String(text)
  }
}
