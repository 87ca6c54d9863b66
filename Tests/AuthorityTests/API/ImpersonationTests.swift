import Credentials
import Documents
import Testing

@testable import Authority
@testable import Wire

/// Certificates with other roles than the bot's own, rule by rule.
@Suite struct ImpersonationTests {
  private let key: PrivateKey

  init() throws { key = try PrivateKey.generate(.ecdsaP256) }

  /// A cluster whose bot may take `login` and `deploy`, but not `admin`.
  private func cluster() async throws -> Cluster {
    let cluster = try await Cluster.withToken()
    try await cluster.apply(
      """
      kind: role
      version: v7
      metadata: {name: deploy}
      spec:
        options: {max_session_ttl: 30m, port_forwarding: true, forward_agent: true}
        allow: {logins: [deployer, root]}
        deny: {logins: [root]}
      ---
      kind: role
      version: v7
      metadata: {name: admin}
      ---
      kind: bot
      version: v1
      metadata: {name: robot}
      spec: {roles: [login, deploy, gone], traits: [{name: team, values: [blue]}]}
      ---
      kind: role
      version: v7
      metadata: {name: gone}
      """, force: true)
    try await cluster.remove("role", "gone")
    return cluster
  }

  private func request(
    _ roles: [String] = ["login"], lifetime: Int64 = 3600,
    _ change: (inout UserCertsRequest) -> Void = { _ in }
  ) -> UserCertsRequest {
    var request = UserCertsRequest(
      username: "bot-robot", expiresUnixSeconds: ManualClock.start + lifetime,
      sshPublicKey: Array(key.publicKey.authorizedKey.utf8),
      tlsPublicKey: Array(key.publicKey.pem.utf8), roleRequests: roles, useRoleRequests: true)
    change(&request)
    return request
  }

  private func refused(
    _ request: UserCertsRequest, as change: (inout TLSIdentity) -> Void = { _ in }
  ) async throws -> RPCError {
    let cluster = try await cluster()
    let peer = try cluster.peer(change)
    let error = try await refusal {
      try await cluster.api.generateUserCerts(request, peer: peer)
    }
    let lines = cluster.audit.lines("cert.create")
    #expect(lines.map(\.success) == [false])
    #expect(lines.first?.text("error") == error.message)
    return error
  }

  private func issue(
    _ request: UserCertsRequest, _ change: (inout TLSIdentity) -> Void = { _ in }
  ) async throws -> (tls: TLSCertificate, ssh: SSHCertificate, identity: TLSIdentity) {
    let cluster = try await cluster()
    let bundle = try await cluster.api.generateUserCerts(request, peer: cluster.peer(change))
    let tls = try TLSCertificate(pem: bundle.tls)
    return (tls, try SSHCertificate(line: bundle.ssh), try TLSIdentity(tls))
  }

  @Test func aCertificateThatMayNotBeReissuedIsRefused() async throws {
    let error = try await refused(request()) { $0.disallowReissue = true }
    #expect(error.code == .accessDenied)
    #expect(error.message.hasPrefix("these certificates may not be used to ask for others"))
  }

  @Test(arguments: ["root", "bot-other", ""])
  func nobodyElsesNameIsGiven(_ name: String) async throws {
    let error = try await refused(request { $0.username = name })
    #expect(error.code == .accessDenied)
    #expect(error.message.hasPrefix("bot-robot may not ask for certificates of "))
  }

  @Test func theBotStaysTheUserAndTakesTheRoles() async throws {
    let (tls, ssh, identity) = try await issue(request(["login", "deploy"]))
    #expect(identity.username == "bot-robot")
    #expect(identity.roles == ["login", "deploy"])
    #expect(identity.impersonator == "bot-robot")
    #expect(identity.disallowReissue)
    #expect(!identity.renewable)
    #expect(identity.generation == 0)
    #expect(identity.botName == "robot")
    #expect(identity.botInstanceID == "5b1ac1e5-0000-4000-8000-000000000001")
    #expect(identity.joinToken == "gate")
    #expect(identity.traits == ["team": ["blue"]])
    #expect(identity.routeToCluster == Cluster.name)
    #expect(try tls.publicKey == key.publicKey)
    #expect(
      ssh.content.principals == ["ubuntu", "root", "deployer", "-teleport-internal-join"])
    #expect(identity.logins == ssh.content.principals)
    #expect(ssh.content.extensions["permit-port-forwarding"] != nil)
    #expect(ssh.content.extensions["permit-agent-forwarding"] != nil)
  }

  @Test func aRoleThatPermitsNothingPermitsNothing() async throws {
    let ssh = try await issue(request()).ssh
    #expect(ssh.content.extensions["permit-port-forwarding"] == nil)
    #expect(ssh.content.extensions["permit-agent-forwarding"] == nil)
  }

  @Test func joinAttributesAreCopiedFromTheCaller() async throws {
    let identity = try await issue(request()) { $0.joinAttributes = "{\"meta\":{}}" }.identity
    #expect(identity.joinAttributes == "{\"meta\":{}}")
  }

  @Test func reissueIsAllowedWhenAskedFor() async throws {
    let identity = try await issue(request { $0.reissuableRoleImpersonation = true }).identity
    #expect(!identity.disallowReissue)
  }

  @Test func whatWasImpersonatedPassesOnNoMoreThanItHas() async throws {
    let derived: @Sendable (inout TLSIdentity) -> Void = {
      $0.roles = ["login"]
      $0.impersonator = "bot-robot"
    }
    let error = try await refused(request(["deploy"]), as: derived)
    #expect(error.code == .accessDenied)
    #expect(error.message == "these certificates do not have the role \"deploy\" to pass on")
    let (tls, _, identity) = try await issue(request(lifetime: 7200), derived)
    #expect(identity.roles == ["login"])
    #expect(tls.validity.notAfter == ManualClock.start + 3600)
  }

  @Test func namedRolesAreImpersonatedEvenWithoutTheFlag() async throws {
    let identity = try await issue(request { $0.useRoleRequests = false }).identity
    #expect(identity.roles == ["login"])
  }

  @Test func theBotsOwnIdentityIsNotRenewedHere() async throws {
    let error = try await refused(request([]) { $0.useRoleRequests = false })
    #expect(error.code == .accessDenied)
    #expect(
      error.message == "the identity of a bot is renewed by joining again, not by this call")
  }

  @Test func aBotWithoutRolesGetsNothing() async throws {
    let error = try await refused(request([]))
    #expect(error.code == .accessDenied)
    #expect(error.message.hasPrefix("the bot robot has no roles, so there is nothing to issue"))
  }

  @Test(arguments: [
    (["admin"], "the bot robot may not have the role \"admin\""),
    (["login", "admin"], "the bot robot may not have the role \"admin\""),
    (["bot-robot"], "the bot robot may not have the role \"bot-robot\""),
    (["Login"], "the bot robot may not have the role \"Login\""),
    (["gone"], "role \"gone\" does not exist"),
  ])
  func everyRoleMustExistAndBeTheBots(_ roles: [String], _ text: String) async throws {
    let error = try await refused(request(roles))
    #expect(error.code == .accessDenied)
    #expect(error.message.hasPrefix(text))
  }

  @Test func rolesInTheCertificateDoNotCountOnlyTheBotsDo() async throws {
    let error = try await refused(request(["admin"])) { $0.roles = ["bot-robot", "admin"] }
    #expect(error.code == .accessDenied)
  }

  @Test(arguments: [(1800, 1800), (86_400, 86_400), (.max, 86_400)])
  func theEndIsCappedByADayAndNotByTheCallersOwnEnd(_ wished: Int64, _ given: Int64) async throws {
    let lifetime = wished == .max ? .max - ManualClock.start : wished
    let tls = try await issue(request(lifetime: lifetime)).tls
    #expect(tls.validity.notAfter == ManualClock.start + given)
  }

  @Test func theShortestSessionOfTheRolesCapsFurther() async throws {
    let (tls, ssh, _) = try await issue(request(["login", "deploy"], lifetime: 7200))
    #expect(tls.validity.notAfter == ManualClock.start + 1800)
    #expect(ssh.content.validBefore == UInt64(ManualClock.start + 1800))
  }

  @Test(arguments: [0, ManualClock.start, .min])
  func anEndInThePastIsRefused(_ end: Int64) async throws {
    let error = try await refused(request { $0.expiresUnixSeconds = end })
    #expect(error.code == .badParameter)
    #expect(error.message.hasPrefix("the certificates are asked to end in the past"))
  }

  @Test func routesOfOtherClustersAreNotKnown() async throws {
    let cluster = try await refused(request { $0.routeToCluster = "leaf" })
    #expect(cluster.code == .notFound)
    #expect(cluster.message == "this cluster knows no cluster \"leaf\"")
    let kubernetes = try await refused(request { $0.kubernetesCluster = "prod" })
    #expect(kubernetes.code == .notFound)
    #expect(kubernetes.message == "Kubernetes cluster \"prod\" is not registered")
    let own = try await issue(request { $0.routeToCluster = Cluster.name })
    #expect(own.identity.routeToCluster == Cluster.name)
  }

  @Test(arguments: [
    (UserCertsRequest.Usage.all, []), (.ssh, []), (.kubernetes, ["usage:kube"]),
    (.database, ["usage:db"]), (.app, ["usage:apps"]),
    (.windowsDesktop, ["usage:windows_desktop"]),
  ])
  func theUsageIsWrittenIntoTheCertificate(
    _ usage: UserCertsRequest.Usage, _ expected: [String]
  ) async throws {
    #expect(try await issue(request { $0.usage = usage }).identity.usage == expected)
  }

  @Test func onlyWhatHasAKeyIsIssued() async throws {
    let cluster = try await cluster()
    let tls = try await cluster.api.generateUserCerts(
      request { $0.sshPublicKey = [] }, peer: cluster.peer())
    #expect(tls.ssh.isEmpty && !tls.tls.isEmpty)
    let ssh = try await cluster.api.generateUserCerts(
      request { $0.tlsPublicKey = [] }, peer: cluster.peer())
    #expect(!ssh.ssh.isEmpty && ssh.tls.isEmpty)
    let old = try await cluster.api.generateUserCerts(
      request {
        $0.legacyPublicKey = $0.sshPublicKey
        ($0.sshPublicKey, $0.tlsPublicKey) = ([], [])
      }, peer: cluster.peer())
    #expect(try TLSCertificate(pem: old.tls).publicKey == key.publicKey)
    #expect(!old.ssh.isEmpty)
    #expect(old.tlsAuthorities == [Array(cluster.core.keys.userTLS.certificate.pem.utf8)])
    #expect(
      old.sshAuthorities == [Array((cluster.core.keys.userSSH.authorizedKey + "\n").utf8)])
  }

  @Test func withoutAnyKeyTheRequestIsRefused() async throws {
    let error = try await refused(request { ($0.sshPublicKey, $0.tlsPublicKey) = ([], []) })
    #expect(error.code == .badParameter)
    #expect(error.message == "the request has neither a TLS nor an SSH public key")
  }

  @Test func keysAndFormatsThatAreNoneAreRefused() async throws {
    let key = try await refused(request { $0.tlsPublicKey = Array("ssh-rsa !".utf8) })
    #expect(key.code == .badParameter)
    #expect(key.message.hasPrefix("the TLS public key: "))
    let format = try await refused(request { $0.format = "newssh" })
    #expect(format.code == .badParameter)
    #expect(format.message == "unknown SSH certificate format \"newssh\"")
    let old = try await issue(request { $0.format = "oldssh" }).ssh
    #expect(old.content.extensions["teleport-roles"] == nil)
  }

  @Test func aBotThatIsGoneGetsNothing() async throws {
    let cluster = try await cluster()
    try await cluster.remove("bot", "robot")
    let error = try await refusal {
      try await cluster.api.generateUserCerts(request(), peer: cluster.peer())
    }
    #expect(error.code == .accessDenied)
    #expect(
      error.message
        == "the bot \"robot\" does not exist any more; `tctl bots add` makes it again")
    #expect(cluster.audit.lines("cert.create").map(\.success) == [false])
  }

  @Test func whatWasIssuedIsAudited() async throws {
    let cluster = try await cluster()
    _ = try await cluster.api.generateUserCerts(request(), peer: cluster.peer())
    let line = try #require(cluster.audit.lines("cert.create").first)
    #expect(line.success == true)
    #expect(line.text("user") == "bot-robot")
    #expect(line.text("bot") == "robot")
    #expect(line.text("bot_instance") == "5b1ac1e5-0000-4000-8000-000000000001")
    #expect(line.text("remote_addr") == "192.0.2.7:4711")
    #expect(line.fields["roles"]?.list?.compactMap(\.string) == ["login"])
    #expect(line.text("expires") == "2027-01-15T09:00:00Z")
  }

  @Test func aLockedCallersRequestIsAuditedToo() async throws {
    let cluster = try await cluster()
    try await cluster.apply(
      "kind: lock\nversion: v2\nmetadata: {name: x}\nspec: {target: {join_token: gate}}\n")
    _ = try await refusal {
      try await cluster.api.generateUserCerts(request(), peer: cluster.peer())
    }
    _ = try await refusal {
      try await cluster.api.generateUserCerts(request(), peer: Cluster.stranger)
    }
    #expect(cluster.audit.lines("cert.create").map(\.success) == [false, false])
  }
}
