import Credentials
import Documents
import Testing

@testable import Authority
@testable import Wire

/// What a bot gets when it has joined.
@Suite struct CertificateTests {
  @Test func theX509CertificateSaysWhoHoldsItAndHowItCameToBe() async throws {
    let cluster = try await Cluster.withToken()
    let key = try PrivateKey.generate(.ecdsaP256)
    let joined = try await cluster.join(saying: "new", key: key)
    let identity = joined.identity
    #expect(identity.username == "bot-robot")
    #expect(identity.roles == ["bot-robot"])
    #expect(identity.traits == ["team": ["blue"]])
    #expect(identity.clusterName == Cluster.name)
    #expect(identity.routeToCluster == Cluster.name)
    #expect(identity.generation == 1)
    #expect(identity.botName == "robot")
    #expect(identity.joinToken == "gate")
    #expect(!identity.renewable && !identity.disallowReissue)
    #expect(identity.impersonator.isEmpty)
    #expect(identity.privateKeyPolicy == "none")
    let attributes = try JSON.parse(Array(identity.joinAttributes.utf8))
    #expect(attributes["meta"]?["join_method"]?.string == "badge")
    #expect(attributes["meta"]?["join_token_name"]?.string == "gate")
    #expect(attributes["badge"]?["floor"]?.int64 == 4)
    #expect(try joined.tls.publicKey == key.publicKey)
    #expect(joined.tls.issuerOrganizations == [Cluster.name])
    #expect(!joined.tls.isAuthority)
    let instance = identity.botInstanceID
    #expect(instance.count == 36 && instance.filter { $0 == "-" }.count == 4)
    #expect(joined.result.fragment == Array(instance.utf8))
  }

  @Test func theSSHCertificateAllowsNoLogin() async throws {
    let cluster = try await Cluster.withToken()
    let key = try PrivateKey.generate(.ed25519)
    let joined = try await cluster.join(saying: "new", key: key)
    let content = joined.ssh.content
    #expect(content.kind == .user)
    #expect(content.keyID == "bot-robot")
    #expect(content.principals.count == 2)
    #expect(content.principals.first?.hasPrefix("-teleport-nologin-") == true)
    #expect(content.principals.last == "-teleport-internal-join")
    #expect(content.criticalOptions.isEmpty)
    #expect(content.extensions["permit-port-forwarding"] == nil)
    #expect(content.extensions["permit-agent-forwarding"] == nil)
    #expect(content.validAfter == UInt64(cluster.clock.now - 60))
    #expect(content.validBefore == UInt64(cluster.clock.now + 3600))
  }

  @Test func userAuthorityComesBeforeHostAuthority() async throws {
    let cluster = try await Cluster.withToken()
    let certificates = try await cluster.join(saying: "new").result.certificates
    let keys = cluster.core.keys
    #expect(
      certificates.tlsAuthorities == [keys.userTLS.certificate.der, keys.hostTLS.certificate.der])
    #expect(
      certificates.sshAuthorities
        == [keys.userSSH.key.publicKey.sshBlob, keys.hostSSH.key.publicKey.sshBlob])
    let verifier = TLSChainVerifier(authorities: [keys.userTLS.certificate])
    _ = try await verifier.verify(chain: [certificates.tls], now: cluster.clock.now)
  }

  @Test(arguments: [(60, 60), (3600, 3600), (86_400, 86_400), (86_401, 86_400), (.max, 86_400)])
  func certificatesLiveAsLongAsWishedButNeverLongerThanADay(
    _ wished: Int64, _ given: Int64
  ) async throws {
    let cluster = try await Cluster.withToken()
    let now = cluster.clock.now
    let joined = try await cluster.join(
      saying: "new", lifetime: wished == .max ? .max - now : wished)
    #expect(joined.tls.validity == Validity(notBefore: now - 60, notAfter: now + given))
    #expect(joined.ssh.content.validBefore == UInt64(now + given))
  }

  @Test(arguments: [KeyAlgorithm.ed25519, .ecdsaP256, .rsa2048])
  func everyKindOfKeyIsCertified(_ algorithm: KeyAlgorithm) async throws {
    let cluster = try await Cluster.withToken()
    let key = try PrivateKey.generate(algorithm)
    let joined = try await cluster.join(saying: "new", key: key)
    #expect(try joined.tls.publicKey == key.publicKey)
  }

  @Test func theBotInstanceRemembersItsJoins() async throws {
    let cluster = try await Cluster.withToken()
    var joined = try await cluster.join(saying: "new")
    let first = joined.identity.botInstanceID
    for _ in 0..<12 {
      cluster.clock.advance(60)
      joined = try await cluster.join(saying: "keep", as: joined.peer)
    }
    #expect(joined.identity.botInstanceID == first)
    #expect(joined.identity.generation == 13)
    let instance = try await cluster.get("bot_instance", "robot/\(first)")
    #expect(instance["spec"]?["bot_name"]?.string == "robot")
    #expect(instance["spec"]?["instance_id"]?.string == first)
    #expect(instance["spec"]?["previous_instance_id"]?.string == "the-one-before")
    let status = try #require(instance["status"])
    #expect(status["initial_authentication"]?["generation"]?.int64 == 1)
    let latest = try #require(status["latest_authentications"]?.list)
    #expect(latest.compactMap { $0["generation"]?.int64 } == Array(4...13))
    #expect(latest.last?["join_method"]?.string == "badge")
    #expect(latest.last?["join_token"]?.string == "gate")
    #expect(latest.last?["authenticated_at"]?.string == "2027-01-15T08:12:00Z")
    #expect(latest.last?["public_key"]?.string == (try joined.tls.publicKey).pem)
  }

  @Test func theBotInstanceEndsAFewMinutesAfterItsLastCertificate() async throws {
    let cluster = try await Cluster.withToken()
    _ = try await cluster.join(saying: "new", lifetime: 600)
    cluster.clock.advance(899)
    #expect(try await cluster.all("bot_instance").count == 1)
    cluster.clock.advance(1)
    #expect(try await cluster.all("bot_instance").isEmpty)
  }

  @Test func theMethodsStatusIsCommittedWithTheJoin() async throws {
    let cluster = try await Cluster.withToken()
    for count in 1...3 {
      _ = try await cluster.join(saying: "ask", "ask", "new")
      #expect(
        try await cluster.get("token", "gate")["status"]?["badge"]?["joins"]?.int64 == Int64(count))
    }
  }

  @Test func aTokenKeepsItsEndWhenItsStatusChanges() async throws {
    let cluster = try await Cluster.withToken()
    try await cluster.apply(
      "kind: token\nversion: v2\nmetadata: {name: brief, expires: \"2027-01-15T08:00:10Z\"}\n"
        + "spec: {roles: [Bot], bot_name: robot, join_method: badge, badge: {}}\n")
    _ = try await cluster.join(saying: "new", token: "brief")
    cluster.clock.advance(10)
    #expect(try await cluster.all("token").count == 1)
  }

  @Test func oneAuditLineTellsOfTheJoinAndTheMethodsEventsComeFirst() async throws {
    let cluster = try await Cluster.withToken()
    let joined = try await cluster.join(saying: "new")
    let lines = cluster.audit.lines.suffix(2)
    #expect(lines.map(\.event) == ["badge.seen", "bot.join"])
    #expect(lines.first?.text("color") == "blue")
    #expect(lines.first?.text("token") == "gate")
    let line = try #require(lines.last)
    #expect(line.success == true)
    #expect(line.text("token") == "gate")
    #expect(line.text("bot") == "robot")
    #expect(line.text("method") == "badge")
    #expect(line.text("bot_instance") == joined.identity.botInstanceID)
    #expect(line.fields["generation"]?.int64 == 1)
    #expect(line.text("client_version") == "18.2.0")
    #expect(line.text("error") == nil)
  }

  @Test func aBotThatWasRemovedMeanwhileDoesNotGetIn() async throws {
    let cluster = try await Cluster.withToken()
    try await cluster.remove("bot", "robot")
    let error = try await refusal { try await cluster.join(saying: "new") }
    #expect(error.code == .accessDenied)
    #expect(
      error.message
        == "the bot robot of this token does not exist; create it with `tctl create`")
    #expect(try await cluster.all("bot_instance").isEmpty)
    #expect(try await cluster.get("token", "gate")["status"]?["badge"]?["joins"]?.int64 == 0)
  }
}
