import Testing
import Wire

/// Every call, through real sockets, with what it carries.
@Suite struct APITests {
  private func withConnection(_ body: (Connection, FakeCluster) async throws -> Void) async throws {
    try await RunningListener.with { server in
      let connection = try await server.connect()
      try await body(connection, server.cluster)
      await connection.close()
    }
  }

  @Test func pingSaysWhoTheServerIs() async throws {
    try await withConnection { connection, _ in
      var reply = try await connection.ping()
      #expect(reply.remoteAddress.hasPrefix("127.0.0.1:"))
      reply.remoteAddress = ""
      let expected = PingReply(
        clusterName: "test.example", serverVersion: "18.2.0", proxyPublicAddress: "localhost:443",
        signatureSuite: "balanced-v1")
      #expect(reply == expected)
    }
  }

  @Test func certificateRequestsArriveWhole() async throws {
    try await withConnection { connection, _ in
      let request = UserCertsRequest(
        username: "bot-example", expiresUnixSeconds: 1_900_000_000, sshPublicKey: [1, 2],
        tlsPublicKey: [3, 4], routeToCluster: "test.example", roleRequests: ["access", "deploy"],
        useRoleRequests: true)
      let bundle = try await connection.generateUserCerts(request)
      let expected = CertificateBundle(
        ssh: [1, 2], tls: [3, 4],
        tlsAuthorities: [Array("access".utf8), Array("deploy".utf8)],
        sshAuthorities: [Array("1900000000 true".utf8)])
      #expect(bundle == expected)
    }
  }

  @Test func smallQuestionsGetTheirAnswers() async throws {
    try await withConnection { connection, _ in
      let name = try await connection.domainName()
      #expect(name == "test.example")
      let suite = try await connection.signatureSuite()
      #expect(suite == "fips-v1")
      let clusters = try await connection.remoteClusters()
      #expect(clusters == ["leaf-a", "leaf-b"])
      let role = try await connection.role("bot-example")
      let expected = Role(
        name: "bot-example", impersonateRoles: ["access", "deploy"], logins: ["root"],
        maxSessionTTLSeconds: 3600)
      #expect(role == expected)
    }
  }

  @Test func authoritiesComeWithActiveAndAdditionalKeys() async throws {
    try await withConnection { connection, _ in
      let expected = CertAuthority(
        type: "host", clusterName: "test.example",
        active: .init(ssh: [Array("ssh-a".utf8)], tls: [Array("tls-a".utf8)]),
        additional: .init(tls: [Array("tls-b".utf8)], jwt: [Array("jwt-b".utf8)]))
      let one = try await connection.certAuthority(type: "host", domain: "test.example")
      #expect(one == expected)
      #expect(one.trusted.tls == [Array("tls-a".utf8), Array("tls-b".utf8)])
      let all = try await connection.certAuthorities(type: "host")
      #expect(all == [expected])
    }
  }

  @Test func heartbeatsArriveWithTheirServices() async throws {
    try await withConnection { connection, cluster in
      var heartbeat = Heartbeat(
        recordedAtUnixSeconds: 1, isStartup: true, version: "1.0.0", hostname: "box",
        uptimeSeconds: 5, joinMethod: "echo", oneShot: true, architecture: "amd64",
        operatingSystem: "linux")
      heartbeat.services = [
        .init(
          type: "identity", name: String(repeating: "ä", count: 100), status: .unhealthy,
          reason: String(repeating: "x", count: 1000), updatedAtUnixSeconds: 2)
      ]
      try await connection.submitHeartbeat(heartbeat)
      #expect(cluster.events == ["heartbeat box 1"])
    }
  }

  @Test func errorsKeepTheirCodeAndText() async throws {
    try await withConnection { connection, _ in
      let missing = await #expect(throws: RPCError.self) { _ = try await connection.role("x") }
      #expect(missing?.code == .notFound)
      #expect(missing?.message == "role x not found")
      let odd = await #expect(throws: RPCError.self) {
        _ = try await connection.role("\u{1B}[2Jx\r\nERROR:\ty\u{9B}\u{202E}z\u{0}")
      }
      #expect(odd?.message == "role [2Jx ERROR: yz not found")
      let unknown = await #expect(throws: RPCError.self) {
        _ = try await connection.certAuthority(type: "moon", domain: "test.example")
      }
      #expect(unknown?.code == .badParameter)
      #expect(unknown?.message == "authority type moon is not supported")
    }
  }

  @Test func callsMayOverlapOnOneConnection() async throws {
    try await withConnection { connection, _ in
      try await withThrowingTaskGroup(of: String.self) { group in
        for _ in 0..<50 { group.addTask { try await connection.domainName() } }
        for try await name in group { #expect(name == "test.example") }
      }
    }
  }
}
