import Credentials
import Testing
import Wire

extension FakeCluster: JoinHandler {
  func join(_ stream: any JoinServerStream, peer: Peer) async throws(RPCError) {
    try enter("join", peer)
    let script = now
    if script.isSilent {
      let (silence, end) = AsyncStream.makeStream(of: Void.self)
      for await _ in silence {}
      end.finish()
    }
    guard case .initialize(let first)? = try await stream.receive(),
      first.tokenName == Self.token
    else { throw RPCError(.accessDenied, "token expired or not found") }
    try await stream.sendInit(
      ServerInit(method: first.method ?? "badge", signatureSuite: script.suite))
    guard case .method(60, let params?, let fragment)? = try await stream.receive() else {
      throw RPCError(.badParameter, "this is no badge")
    }
    diary.write("purpose \(fragment.last.map { $0 - 0x30 } ?? 0)")
    for challenge in script.challenges {
      try await stream.sendChallenge(field: 8, message: Array(challenge.utf8))
      switch try await stream.receive() {
      case .solution(let field, let message):
        diary.write("solution \(field) \(String(decoding: message, as: UTF8.self))")
      case .givingUp(let reason, let text):
        diary.write("gave up, \(reason): \(text)")
        throw RPCError(.accessDenied, "the agent gave up")
      default: throw RPCError(.accessDenied, "this is no solution")
      }
    }
    do {
      let issued = try issue(
        roles: [Self.user], tlsKey: PublicKey(pkixDER: params.publicTLSKey),
        sshKey: PublicKey(sshBlob: params.publicSSHKey), until: params.expiresUnixSeconds ?? 0)
      let certificates = JoinCertificates(
        tls: issued.tls.der,
        tlsAuthorities: [userTLS.certificate.der, hostTLS.certificate.der], ssh: issued.ssh.blob,
        sshAuthorities: [userSSH.key.publicKey.sshBlob, hostSSH.key.publicKey.sshBlob])
      let result = Array(script.result.utf8)
      try await stream.sendResult(
        JoinResult(
          certificates: script.changeJoin(certificates),
          fragment: [0x12, UInt8(result.count)] + result))
    } catch let error as RPCError {
      throw error
    } catch {
      throw RPCError(.unknown, "\(error)")
    }
  }
}

extension FakeCluster: APIHandler {
  func ping(peer: Peer) async throws(RPCError) -> PingReply {
    try enter("ping", peer)
    return PingReply(
      clusterName: Self.name, serverVersion: "18.2.0", proxyPublicAddress: now.proxy)
  }

  func generateUserCerts(
    _ request: UserCertsRequest, peer: Peer
  ) async throws(RPCError) -> CertificateBundle {
    try enter("certs", peer)
    remember(request)
    do {
      let issued = try issue(
        roles: request.roleRequests,
        tlsKey: PublicKey(pem: String(decoding: request.tlsPublicKey, as: UTF8.self)),
        sshKey: PublicKey(
          authorizedKey: String(decoding: request.sshPublicKey, as: UTF8.self)),
        until: request.expiresUnixSeconds)
      return now.changeBundle(
        CertificateBundle(
          ssh: Array((issued.ssh.line + "\n").utf8), tls: Array(issued.tls.pem.utf8)))
    } catch {
      throw RPCError(.unknown, "\(error)")
    }
  }

  func clusterCACertificates(peer: Peer) async throws(RPCError) -> [UInt8] {
    try enter("authorities", peer)
    return Array(hostTLS.certificate.pem.utf8)
  }

  func domainName(peer: Peer) async throws(RPCError) -> String { Self.name }

  func signatureSuite(peer: Peer) async throws(RPCError) -> String {
    try enter("suite", peer)
    return now.suite
  }

  func role(_ name: String, peer: Peer) async throws(RPCError) -> Role {
    try enter("role", peer)
    return Role(name: name, impersonateRoles: now.roles)
  }

  func certAuthority(
    type: String, domain: String, peer: Peer
  ) async throws(RPCError) -> CertAuthority {
    try enter("authority \(domain)", peer)
    return authority(type, of: domain)
  }

  func certAuthorities(type: String, peer: Peer) async throws(RPCError) -> [CertAuthority] {
    try enter("authorities \(type)", peer)
    return [authority(type, of: Self.name)]
  }

  func remoteClusters(peer: Peer) async throws(RPCError) -> [String] {
    try enter("leaves", peer)
    return now.leaves
  }

  func submitHeartbeat(_ heartbeat: Heartbeat, peer: Peer) async throws(RPCError) {
    try enter("heartbeat", peer)
    remember(heartbeat)
  }

  private func authority(_ type: String, of cluster: String) -> CertAuthority {
    let (tls, ssh) = type == "host" ? (hostTLS, hostSSH) : (userTLS, userSSH)
    return CertAuthority(
      type: type, clusterName: cluster,
      active: CertAuthority.KeySet(
        ssh: [Array((ssh.authorizedKey + "\n").utf8)], tls: [Array(tls.certificate.pem.utf8)]))
  }
}
