import Credentials
import Documents
import Testing

@testable import Authority
@testable import Wire

/// Who may call the API.
@Suite struct CallerTests {
  @Test("without a certificate a call is refused", arguments: NamedCall.all)
  func needsACertificate(_ call: NamedCall) async throws {
    let cluster = try await Cluster.withToken()
    let error = try await refusal { try await call.run(cluster.api, Cluster.stranger) }
    #expect(error.code == .accessDenied)
    #expect(error.message == "this call needs the client certificate of a bot that has joined")
  }

  @Test("a server's certificate is no bot's", arguments: NamedCall.all)
  func refusesHosts(_ call: NamedCall) async throws {
    let cluster = try await Cluster.withToken()
    let peer = try cluster.peer(signedBy: cluster.core.keys.hostTLS)
    let error = try await refusal { try await call.run(cluster.api, peer) }
    #expect(error.code == .accessDenied)
    #expect(error.message.hasPrefix("the client certificate is not usable: "))
  }

  @Test("a connection does not outlive its certificate", arguments: NamedCall.all)
  func refusesExpired(_ call: NamedCall) async throws {
    let cluster = try await Cluster.withToken()
    let peer = try cluster.peer(lifetime: 10)
    cluster.clock.advance(11)
    let error = try await refusal { try await call.run(cluster.api, peer) }
    #expect(error.code == .accessDenied)
    #expect(error.message.contains("expired 1 seconds ago"))
  }

  @Test("a locked caller hears of its lock", arguments: NamedCall.all)
  func refusesLocked(_ call: NamedCall) async throws {
    let cluster = try await Cluster.withToken()
    let peer = try cluster.peer()
    for target in [
      "join_token: gate", "bot_instance_id: 5b1ac1e5-0000-4000-8000-000000000001",
    ] {
      try await cluster.apply(
        "kind: lock\nversion: v2\nmetadata: {name: stop}\n"
          + "spec: {target: {\(target)}, message: stolen}\n", force: true)
      let error = try await refusal { try await call.run(cluster.api, peer) }
      #expect(error.code == .accessDenied)
      #expect(error.message == "access denied: locked: stolen")
    }
  }

  @Test func aLockOfSomebodyElseLocksNobody() async throws {
    let cluster = try await Cluster.withToken()
    try await cluster.apply(
      "kind: lock\nversion: v2\nmetadata: {name: stop}\nspec: {target: {join_token: other}}\n")
    #expect(try await cluster.api.domainName(peer: cluster.peer()) == Cluster.name)
  }

  @Test func twoCallsWorkForEverybody() async throws {
    let cluster = try await Cluster.withToken()
    let reply = try await cluster.api.ping(peer: Cluster.stranger)
    #expect(reply.clusterName == Cluster.name)
    #expect(reply.serverVersion == Version.wire)
    #expect(reply.proxyPublicAddress == "tenon.example.test:443")
    #expect(reply.remoteAddress == "192.0.2.7:4711")
    #expect(reply.signatureSuite == "balanced-v1")
    let authority = try TLSCertificate(
      pem: try await cluster.api.clusterCACertificates(peer: Cluster.stranger))
    #expect(authority == cluster.core.keys.hostTLS.certificate)
  }

  @Test func aBotReadsItsOwnRolesAndNoOthers() async throws {
    let cluster = try await Cluster.withToken()
    let own = try await cluster.api.role("bot-robot", peer: cluster.peer())
    #expect(own.impersonateRoles == ["login"])
    #expect(own.maxSessionTTLSeconds == BotResource.defaultSessionSeconds)
    let error = try await refusal {
      try await cluster.api.role("login", peer: cluster.peer())
    }
    #expect(error.code == .accessDenied)
    #expect(error.message == "bot-robot may read its own roles only")
    let granted = try await cluster.api.role("login", peer: cluster.peer { $0.roles = ["login"] })
    #expect(granted.logins == ["ubuntu", "root"])
    #expect(granted.impersonateRoles.isEmpty)
    let gone = try await refusal {
      try await cluster.api.role("gone", peer: cluster.peer { $0.roles = ["gone"] })
    }
    #expect(gone.code == .notFound)
  }

  @Test(arguments: [
    ("user", 1, 1, 0), ("host", 1, 1, 0), ("db", 0, 1, 0), ("jwt", 0, 0, 1), ("spiffe", 0, 1, 1),
  ])
  func publicHalvesOfAuthoritiesAreShown(
    _ type: String, _ ssh: Int, _ tls: Int, _ jwt: Int
  ) async throws {
    let cluster = try await Cluster.withToken()
    let all = try await cluster.api.certAuthorities(type: type, peer: cluster.peer())
    let one = try await cluster.api.certAuthority(
      type: type, domain: Cluster.name, peer: cluster.peer())
    #expect(all == [one])
    #expect(one.type == type && one.clusterName == Cluster.name)
    #expect([one.active.ssh.count, one.active.tls.count, one.active.jwt.count] == [ssh, tls, jwt])
    let shown = (one.active.ssh + one.active.tls + one.active.jwt).map {
      String(decoding: $0, as: UTF8.self)
    }
    #expect(shown.allSatisfy { !$0.contains("PRIVATE") })
    #expect(try await cluster.api.remoteClusters(peer: cluster.peer()).isEmpty)
  }

  @Test func anAuthorityNobodyKnowsIsNamed() async throws {
    let cluster = try await Cluster.withToken()
    let type = try await refusal {
      try await cluster.api.certAuthorities(type: "saml_idp", peer: cluster.peer())
    }
    #expect(type.code == .badParameter)
    #expect(type.message == "authority type \"saml_idp\" is not supported")
    let domain = try await refusal {
      try await cluster.api.certAuthority(type: "user", domain: "leaf", peer: cluster.peer())
    }
    #expect(domain.code == .notFound)
    #expect(domain.message == "this cluster knows no cluster \"leaf\"")
  }

  @Test func discoveryTellsWhatAClientNeedsBeforeItKnowsAnything() throws {
    let document = DiscoveryDocument(
      clusterName: Cluster.name, publicAddress: "tenon.example.test:443",
      listenAddress: "0.0.0.0:3080", suite: "balanced-v1")
    for path in ["/webapi/find", "/webapi/ping", "/v1/webapi/find", "/v1/webapi/ping"] {
      let node = try JSON.parse(try #require(document.body(path)))
      #expect(node["cluster_name"]?.string == Cluster.name)
      #expect(node["server_version"]?.string == Version.wire)
      #expect(node["auth"]?["signature_algorithm_suite"]?.string == "balanced-v1")
      #expect(node["auth"]?["type"]?.string == "local")
      #expect(node["proxy"]?["tls_routing_enabled"]?.bool == true)
      #expect(node["proxy"]?["ssh"]?["public_addr"]?.string == "tenon.example.test:443")
      #expect(node["proxy"]?["ssh"]?["listen_addr"]?.string == "0.0.0.0:3080")
      #expect(node["proxy"]?["kube"]?["enabled"]?.bool == false)
    }
    #expect(document.body("/webapi/finder") == nil)
    #expect(document.body("/") == nil)
  }
}
