import Credentials
import Documents
import Wire

/// The API of the authority, for bots that have joined.
struct APIService: APIHandler {
  let cluster: ClusterCore
  /// How many of the roles somebody asks for the audit log keeps.
  private static let auditedRoles = 32

  /// Answers everybody. A client with a certificate may learn from it whether that is still good, and
  /// confirms its newest join by it.
  func ping(peer: Peer) async throws(RPCError) -> PingReply {
    if !peer.certificateChain.isEmpty { _ = try await caller(peer) }
    return PingReply(
      clusterName: cluster.keys.cluster, serverVersion: Version.wire,
      proxyPublicAddress: cluster.publicAddress, remoteAddress: peer.remoteAddress,
      signatureSuite: cluster.keys.suite.rawValue)
  }

  func clusterCACertificates(peer: Peer) async throws(RPCError) -> [UInt8] {
    Array(cluster.keys.hostTLS.certificate.pem.utf8)
  }

  func domainName(peer: Peer) async throws(RPCError) -> String {
    _ = try await caller(peer)
    return cluster.keys.cluster
  }

  func signatureSuite(peer: Peer) async throws(RPCError) -> String {
    _ = try await caller(peer)
    return cluster.keys.suite.rawValue
  }

  func role(_ name: String, peer: Peer) async throws(RPCError) -> Role {
    let identity = try await caller(peer)
    guard identity.roles.contains(name) else {
      throw RPCError(.accessDenied, "\(identity.username) may read its own roles only")
    }
    if !identity.botName.isEmpty, name == BotResource.userName(of: identity.botName) {
      let bot = try await bot(of: identity)
      return Role(
        name: name, impersonateRoles: bot.roles, maxSessionTTLSeconds: bot.maxSessionSeconds)
    }
    guard let role = try await cluster.store.role(name)?.resource else {
      throw RPCError(.notFound, "role \(name.excerpt) does not exist")
    }
    return Role(
      name: name, logins: role.logins, maxSessionTTLSeconds: role.maxSessionSeconds)
  }

  func certAuthority(
    type: String, domain: String, peer: Peer
  ) async throws(RPCError) -> CertAuthority {
    _ = try await caller(peer)
    guard domain == cluster.keys.cluster else {
      throw RPCError(.notFound, "this cluster knows no cluster \(domain.excerpt)")
    }
    return try authority(type)
  }

  func certAuthorities(type: String, peer: Peer) async throws(RPCError) -> [CertAuthority] {
    _ = try await caller(peer)
    return [try authority(type)]
  }

  func remoteClusters(peer: Peer) async throws(RPCError) -> [String] {
    _ = try await caller(peer)
    return []
  }

  func generateUserCerts(
    _ request: UserCertsRequest, peer: Peer
  ) async throws(RPCError) -> CertificateBundle {
    var fields: [(String, Node)] = [("remote_addr", .text(peer.remoteAddress))]
    do throws(RPCError) {
      let identity = try await caller(peer)
      fields += [
        ("user", .text(identity.username)), ("bot", .text(identity.botName)),
        ("bot_instance", .text(identity.botInstanceID)),
        ("roles", .array(request.roleRequests.prefix(Self.auditedRoles).map { .text($0) })),
      ]
      let grant = Impersonation(
        cluster: cluster, caller: identity, callerEnds: try CallerIdentity.end(peer),
        bot: try await bot(of: identity), request: request)
      let roles = try await grant.roles()
      let validity = try grant.validity(roles)
      fields.append(("expires", .text(TimeText.text(validity.notAfter))))
      let bundle = try grant.issue(roles, validity)
      cluster.audit.write("cert.create", [("success", .flag(true))] + fields)
      return bundle
    } catch {
      cluster.audit.write(
        "cert.create", [("success", .flag(false))] + fields + [("error", .text(error.message))])
      throw error
    }
  }

  func submitHeartbeat(_ heartbeat: Heartbeat, peer: Peer) async throws(RPCError) {
    let identity = try await caller(peer)
    guard !identity.botName.isEmpty, !identity.botInstanceID.isEmpty else {
      throw RPCError(.accessDenied, "the client certificate names no bot instance")
    }
    try await HeartbeatBook(cluster: cluster).record(heartbeat, from: identity)
  }

  // MARK: who calls

  /// The caller, unless it is locked. This call may be the first use of its certificate.
  private func caller(_ peer: Peer) async throws(RPCError) -> TLSIdentity {
    guard !peer.certificateChain.isEmpty else {
      throw RPCError(
        .accessDenied, "this call needs the client certificate of a bot that has joined")
    }
    let identity = try await CallerIdentity.read(peer, keys: cluster.keys, now: cluster.now)
    var targets: [LockResource.Target] = []
    if !identity.joinToken.isEmpty { targets.append(.joinToken(identity.joinToken)) }
    if !identity.botInstanceID.isEmpty { targets.append(.botInstance(identity.botInstanceID)) }
    if let message = try await cluster.store.lockMessage(targets) {
      throw RPCError(.accessDenied, "access denied: \(message)")
    }
    try await JoinConfirmation(cluster: cluster).use(identity)
    return identity
  }

  private func bot(of identity: TLSIdentity) async throws(RPCError) -> BotResource {
    guard let bot = try await cluster.store.bot(identity.botName)?.resource else {
      throw RPCError(
        .accessDenied,
        "the bot \(identity.botName.excerpt) does not exist any more; `tctl bots add` makes it again"
      )
    }
    return bot
  }

  private func authority(_ type: String) throws(RPCError) -> CertAuthority {
    guard let authority = cluster.keys.authority(type) else {
      throw RPCError(.badParameter, "authority type \(type.excerpt) is not supported")
    }
    func bytes(_ texts: [String]) -> [[UInt8]] { texts.map { Array($0.utf8) } }
    return CertAuthority(
      type: type, clusterName: cluster.keys.cluster,
      active: CertAuthority.KeySet(
        ssh: bytes(authority.ssh), tls: bytes(authority.tls), jwt: bytes(authority.jwt)))
  }
}
