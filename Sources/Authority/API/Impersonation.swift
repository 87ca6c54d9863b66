import Credentials
import Documents
import Wire

/// One request for certificates with other roles than the caller's own.
struct Impersonation {
  let cluster: ClusterCore
  let caller: TLSIdentity
  /// Last second of the caller's certificate.
  let callerEnds: Int64
  let bot: BotResource
  let request: UserCertsRequest

  /// Whether the caller was itself impersonated. It may then hand out no more than it has: neither other
  /// roles nor a longer life.
  private var isDerived: Bool { !caller.impersonator.isEmpty }

  /// The roles the certificates get.
  ///
  /// - Throws: `accessDenied` or `notFound` for a request that breaks a rule.
  func roles() async throws(RPCError) -> [RoleResource] {
    try checkCaller()
    return try await grantedRoles()
  }

  /// How long the certificates may live.
  ///
  /// - Parameter roles: what ``roles()`` gave.
  func validity(_ roles: [RoleResource]) throws(RPCError) -> Validity {
    let now = cluster.now
    let longest = roles.compactMap(\.maxSessionSeconds).min()
    let validity = try CertificateIssuer.validity(
      until: request.expiresUnixSeconds, now: now, longest: longest ?? CertificateIssuer.longestLife
    )
    return isDerived
      ? Validity(from: now, until: min(validity.notAfter, callerEnds)) : validity
  }

  /// Certificates for the keys of the request.
  ///
  /// - Throws: `badParameter` for keys and formats that are none.
  func issue(
    _ roles: [RoleResource], _ validity: Validity
  ) throws(RPCError) -> CertificateBundle {
    let (tlsKey, sshKey) = (try tlsKey(), try sshKey())
    guard tlsKey != nil || sshKey != nil else {
      throw RPCError(.badParameter, "the request has neither a TLS nor an SSH public key")
    }
    let issued = try cluster.issuer.issue(
      CertificateIssuer.Request(
        identity: identity(roles),
        logins: roles.reduce(into: []) { logins, role in
          logins += role.logins.filter { !logins.contains($0) }
        }, tlsKey: tlsKey, sshKey: sshKey,
        permitPortForwarding: roles.contains { $0.portForwarding },
        permitAgentForwarding: roles.contains { $0.forwardAgent }, format: try format(),
        validity: validity))
    return CertificateBundle(
      ssh: issued.ssh.map { Array(($0.line + "\n").utf8) } ?? [],
      tls: issued.tls.map { Array($0.pem.utf8) } ?? [],
      tlsAuthorities: [Array(cluster.keys.userTLS.certificate.pem.utf8)],
      sshAuthorities: [Array((cluster.keys.userSSH.authorizedKey + "\n").utf8)])
  }

  private func checkCaller() throws(RPCError) {
    guard !caller.disallowReissue else {
      throw RPCError(
        .accessDenied,
        "these certificates may not be used to ask for others; use the bot's own identity, or "
          + "set allow_reissue on the output they come from")
    }
    guard request.username == caller.username else {
      throw RPCError(
        .accessDenied,
        "\(caller.username) may not ask for certificates of \(request.username.excerpt)")
    }
    guard request.useRoleRequests || !request.roleRequests.isEmpty else {
      throw RPCError(
        .accessDenied, "the identity of a bot is renewed by joining again, not by this call")
    }
    let route = request.routeToCluster
    guard route.isEmpty || route == cluster.keys.cluster else {
      throw RPCError(.notFound, "this cluster knows no cluster \(route.excerpt)")
    }
    guard request.kubernetesCluster.isEmpty else {
      throw RPCError(
        .notFound, "Kubernetes cluster \(request.kubernetesCluster.excerpt) is not registered")
    }
  }

  private func grantedRoles() async throws(RPCError) -> [RoleResource] {
    guard !request.roleRequests.isEmpty else {
      throw RPCError(
        .accessDenied,
        "the bot \(bot.name) has no roles, so there is nothing to issue; add roles to its "
          + "spec.roles with `tctl create -f`")
    }
    var roles: [RoleResource] = []
    for name in request.roleRequests {
      guard !isDerived || caller.roles.contains(name) else {
        throw RPCError(
          .accessDenied, "these certificates do not have the role \(name.excerpt) to pass on")
      }
      guard bot.roles.contains(name) else {
        throw RPCError(
          .accessDenied,
          "the bot \(bot.name) may not have the role \(name.excerpt); add it to its spec.roles "
            + "with `tctl create -f`")
      }
      guard let role = try await cluster.store.role(name)?.resource else {
        throw RPCError(
          .accessDenied, "role \(name.excerpt) does not exist; create it with `tctl create`")
      }
      roles.append(role)
    }
    return roles
  }

  private func identity(_ roles: [RoleResource]) -> TLSIdentity {
    var identity = TLSIdentity(username: caller.username, roles: roles.map(\.name))
    identity.traits = bot.traits
    identity.clusterName = cluster.keys.cluster
    identity.routeToCluster =
      request.routeToCluster.isEmpty ? cluster.keys.cluster : request.routeToCluster
    identity.impersonator = caller.username
    identity.disallowReissue = !request.reissuableRoleImpersonation
    identity.privateKeyPolicy = "none"
    identity.botName = caller.botName
    identity.botInstanceID = caller.botInstanceID
    identity.joinToken = caller.joinToken
    identity.joinAttributes = caller.joinAttributes
    switch request.usage {
    case .kubernetes: identity.usage = ["usage:kube"]
    case .database: identity.usage = ["usage:db"]
    case .app: identity.usage = ["usage:apps"]
    case .windowsDesktop: identity.usage = ["usage:windows_desktop"]
    case .all, .ssh: break
    }
    return identity
  }

  private func format() throws(RPCError) -> SSHUserCertificate.Format {
    if request.format.isEmpty { return .standard }
    guard let format = SSHUserCertificate.Format(rawValue: request.format) else {
      throw RPCError(.badParameter, "unknown SSH certificate format \(request.format.excerpt)")
    }
    return format
  }

  private func tlsKey() throws(RPCError) -> PublicKey? {
    let text = request.tlsPublicKey.isEmpty ? request.legacyPublicKey : request.tlsPublicKey
    return try key(text, "TLS")
  }

  private func sshKey() throws(RPCError) -> PublicKey? {
    let text = request.sshPublicKey.isEmpty ? request.legacyPublicKey : request.sshPublicKey
    return try key(text, "SSH")
  }

  /// Either form is taken for both: old clients send one authorized_keys line for all.
  private func key(_ bytes: [UInt8], _ kind: String) throws(RPCError) -> PublicKey? {
    guard !bytes.isEmpty else { return nil }
    do {
      return try PublicKey(text: String(decoding: bytes, as: UTF8.self))
    } catch {
      throw RPCError(.badParameter, "the \(kind) public key: \(error)")
    }
  }
}
