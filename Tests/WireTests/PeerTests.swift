import Foundation
import Testing
import Wire

/// Which client the server believes to have in front of it.
@Suite struct PeerTests {
  @Test func aClientCertificateIdentifiesThePeer() async throws {
    try await RunningListener.with { server in
      let leaf = try server.authority.issue(commonName: "bot-example")
      let roots = [try server.authority.der]
      for tls in [
        ClientTLS.authenticatedAtAuth(
          cluster: "test.example", roots: roots, certificate: leaf.client),
        .authenticatedThroughProxy(cluster: "test.example", roots: roots, certificate: leaf.client),
      ] {
        let connection = try await server.connect(tls)
        _ = try await connection.ping()
        await connection.close()
      }
      let peers = server.cluster.peers
      #expect(peers.map(\.certificateChain) == [[leaf.der], [leaf.der]])
      #expect(peers.map(\.alpn) == [ALPN.http2, ALPN.auth(cluster: "test.example")])
      #expect(peers.map(\.clientVersion) == ["18.2.0", "18.2.0"])
      #expect(peers.allSatisfy { $0.remoteAddress.hasPrefix("127.0.0.1:") })
    }
  }

  @Test func withoutACertificateThePeerIsAnonymous() async throws {
    try await RunningListener.with { server in
      let connection = try await server.connect()
      _ = try await connection.ping()
      await connection.close()
      #expect(server.cluster.peers.map(\.certificateChain) == [[]])
    }
  }

  @Test func theEndpointForClientsWithoutCertificatesIgnoresThem() async throws {
    try await RunningListener.with { server in
      var tls = ClientTLS.joinThroughProxy(server.address, trust: try server.trust)
      tls.certificate = try server.authority.issue().client
      let connection = try await server.connect(tls)
      _ = try await connection.ping()
      await connection.close()
      #expect(server.cluster.peers.map(\.certificateChain) == [[]])
      #expect(server.cluster.peers.map(\.alpn) == [ALPN.proxyGRPC])
    }
  }

  @Test(arguments: ["another authority", "expired", "not yet valid"])
  func aCertificateThatDoesNotVerifyIsRefused(_ defect: String) async throws {
    try await RunningListener.with { server in
      let leaf =
        switch defect {
        case "expired": try server.authority.issue(from: -7200, to: -60)
        case "not yet valid": try server.authority.issue(from: 60, to: 7200)
        default: try TestAuthority().issue()
        }
      let tls = ClientTLS.authenticatedAtAuth(
        cluster: "test.example", roots: [try server.authority.der], certificate: leaf.client)
      let error = await #expect(throws: RPCError.self) {
        let connection = try await server.connect(tls)
        _ = try await connection.ping()
      }
      #expect(error?.code == .connectionProblem)
      #expect(error?.fault == .rejectedByServer)
      #expect(
        error?.message.hasPrefix("\(server.address) refused this client's certificate: ") == true)
      #expect(server.cluster.events.isEmpty)
    }
  }

  @Test func manyClientsAtOnceAreNotMixedUp() async throws {
    try await RunningListener.with { server in
      let roots = [try server.authority.der]
      let leaves = try (0..<12).map { try server.authority.issue(commonName: "bot-\($0)") }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for leaf in leaves {
          group.addTask {
            let connection = try await server.connect(
              .authenticatedAtAuth(
                cluster: "test.example", roots: roots, certificate: leaf.client))
            for _ in 0..<4 { _ = try await connection.ping() }
            await connection.close()
          }
        }
        try await group.waitForAll()
      }
      let counts = Dictionary(grouping: server.cluster.peers, by: \.certificateChain)
        .mapValues(\.count)
      #expect(counts == Dictionary(uniqueKeysWithValues: leaves.map { ([$0.der], 4) }))
    }
  }
}
