import Testing
import Wire

@Suite struct JoinTests {
  static let params = ClientParams(
    publicTLSKey: [0xAA, 0xBB], publicSSHKey: [0xCC], expiresUnixSeconds: 1_900_000_000)

  @Test func aJoinCarriesTheMethodsBytesBothWaysAndEndsWithCertificates() async throws {
    try await RunningListener.with { server in
      let connection = try await server.connect()
      let stream = try await connection.join()
      let first = try await stream.sendInit(ClientInit(method: "echo", tokenName: "example"))
      #expect(first == ServerInit(method: "echo", signatureSuite: "balanced-v1"))
      try await stream.sendMethod(
        field: FakeCluster.initField, params: Self.params, fragment: [0x12, 1, 7])
      guard case .challenge(9, FakeCluster.challenge) = try await stream.next() else {
        throw RPCError(.unknown, "no challenge")
      }
      try await stream.sendSolution(field: 9, message: FakeCluster.challenge.reversed())
      let result = JoinResult(
        certificates: FakeCluster.certificates, fragment: [0x12, 1, 7, 0x2A, 1, 0xAA])
      #expect(try await stream.next() == .result(result))
      stream.close()
      await connection.close()
    }
  }

  @Test func aRefusedTokenIsAccessDeniedWithTheServersWords() async throws {
    try await RunningListener.with { server in
      let connection = try await server.connect()
      let stream = try await connection.join()
      let error = await #expect(throws: RPCError.self) {
        _ = try await stream.sendInit(ClientInit(method: nil, tokenName: "other"))
      }
      #expect(error?.code == .accessDenied)
      #expect(error?.message == "token expired or not found")
      stream.close()
      await connection.close()
    }
  }

  @Test func givingUpReturnsTheErrorTheServerMakesOfIt() async throws {
    try await RunningListener.with { server in
      let connection = try await server.connect()
      let stream = try await connection.join()
      _ = try await stream.sendInit(ClientInit(method: nil, tokenName: "example"))
      try await stream.sendMethod(
        field: FakeCluster.initField, params: Self.params, fragment: [])
      _ = try await stream.next()
      let error = await stream.giveUp(reason: .solutionFailed, text: "the key is gone")
      #expect(error.code == .accessDenied)
      #expect(error.message == "client gave up: solutionFailed: the key is gone")
      stream.close()
      await connection.close()
    }
  }
}
