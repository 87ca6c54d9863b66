import Foundation
import Synchronization
import Testing
import Wire

/// What hostile and unlucky clients can do to a listener: nothing that others notice.
@Suite struct ListenerTests {
  /// A proper client still gets its answer.
  private func expectAlive(_ server: RunningListener) async throws {
    let connection = try await server.connect()
    let name = try await connection.domainName()
    #expect(name == "test.example")
    await connection.close()
  }

  @Test(
    arguments: [
      [], [0], Array("GET / HTTP/1.1\r\n\r\n".utf8), Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8),
      [0x16, 0x03, 0x01, 0xFF, 0xFF, 0x01], [UInt8](repeating: 0xFF, count: 70000),
    ] as [[UInt8]])
  func garbageOnThePortHarmsNobody(_ bytes: [UInt8]) async throws {
    try await RunningListener.with { server in
      let socket = try RawSocket(port: server.address.port)
      socket.write(bytes)
      socket.shutdownWriting()
      _ = await socket.readToEnd()
      try await expectAlive(server)
    }
  }

  @Test func aClientThatNeverShakesHandsIsCutOff() async throws {
    try await RunningListener.with(limits: ServerLimits(handshake: .milliseconds(100))) { server in
      let silent = try RawSocket(port: server.address.port)
      let halfway = try RawSocket(port: server.address.port)
      halfway.write([0x16, 0x03, 0x01])
      let replies = await (silent.readToEnd(), halfway.readToEnd())
      #expect(replies.0.isEmpty && replies.1.isEmpty)
    }
  }

  @Test func aClientThatShakesHandsAndThenSaysNothingIsCutOff() async throws {
    try await RunningListener.with(limits: ServerLimits(handshake: .milliseconds(500))) { server in
      // -quiet: the end of its input does not end it, only the server does.
      let openssl = try await Program.run(
        "openssl", ["s_client", "-quiet", "-alpn", "http/1.1", "-connect", "\(server.address)"])
      #expect(openssl.output.isEmpty)
    }
  }

  @Test func anOversizedMessageCostsItsSenderTheStreamAndNothingElse() async throws {
    try await RunningListener.with(limits: ServerLimits(maxMessageBytes: 1000)) { server in
      let connection = try await server.connect()
      for (length, code) in [(900, RPCError.Code.accessDenied), (1000, .connectionProblem)] {
        let stream = try await connection.join()
        let error = await #expect(throws: RPCError.self) {
          let name = String(repeating: "x", count: length)
          _ = try await stream.sendInit(ClientInit(method: nil, tokenName: name))
        }
        #expect(error?.code == code)
        stream.close()
      }
      let name = try await connection.domainName()
      #expect(name == "test.example")
      await connection.close()
    }
  }

  @Test func aResetDuringTheHandshakeHarmsNobody() async throws {
    try await RunningListener.with { server in
      for _ in 0..<20 {
        let socket = try RawSocket(port: server.address.port)
        socket.write([0x16, 0x03, 0x01, 0x02])
        socket.reset()
      }
      try await expectAlive(server)
    }
  }

  @Test(arguments: ["the stream", "the connection"])
  func aJoinThatIsAbandonedEndsItsHandler(closed: String) async throws {
    let handler = StalledJoin()
    try await RunningListener.with(join: handler) { server in
      let connection = try await server.connect()
      let stream = try await connection.join()
      let answer = Task { try await stream.sendInit(ClientInit(method: nil, tokenName: "example")) }
      await handler.began.wait()
      if closed == "the stream" { stream.close() } else { await connection.close() }
      await handler.ended.wait()
      let reply = await #expect(throws: RPCError.self) { try await answer.value }
      #expect(reply?.code == .connectionProblem)
      #expect(handler.heard.withLock { $0 } == 1)
      try await expectAlive(server)
      await connection.close()
    }
  }

  @Test func aJoinThatTakesTooLongIsEndedForTheClient() async throws {
    let handler = StalledJoin()
    let limits = ServerLimits(join: .milliseconds(50))
    try await RunningListener.with(limits: limits, join: handler) { server in
      let connection = try await server.connect()
      let stream = try await connection.join()
      let error = await #expect(throws: RPCError.self) {
        _ = try await stream.sendInit(ClientInit(method: nil, tokenName: "example"))
      }
      #expect(error?.code == .limitExceeded)
      #expect(error?.message == "join attempt timed out")
      await handler.ended.wait()
      await connection.close()
    }
  }

  @Test func connectionsBeyondTheLimitAreTurnedAway() async throws {
    try await RunningListener.with(limits: ServerLimits(maxConnections: 1)) { server in
      let first = try await server.connect()
      _ = try await first.domainName()
      let error = await #expect(throws: RPCError.self) { _ = try await server.connect() }
      #expect(error?.code == .connectionProblem)
      let name = try await first.domainName()
      #expect(name == "test.example")
      await first.close()
    }
  }

  @Test func aPortThatIsTakenIsNamed() async throws {
    try await RunningListener.with { server in
      let leaf = try server.authority.issueServer()
      let cluster = FakeCluster()
      let second = Listener(
        address: server.address, cluster: "test.example",
        tls: ServerTLS(certificate: { _ in leaf.server }, clientAuthorities: { [] }),
        serverVersion: "1.0.0", join: cluster, api: cluster, discovery: { _ in nil })
      let error = await #expect(throws: RPCError.self) { try await second.run() }
      #expect(
        error?.message
          == "cannot listen on \(server.address): address already in use; choose another address or port"
      )
      let bound = await second.boundAddress
      #expect(bound == nil)
    }
  }

  @Test func shutdownLetsACallInFlightFinish() async throws {
    let handler = StalledJoin(answers: true)
    try await RunningListener.with(join: handler) { server in
      let connection = try await server.connect()
      let stream = try await connection.join()
      async let answer = stream.sendInit(ClientInit(method: nil, tokenName: "example"))
      await handler.began.wait()
      server.listener.shutdown()
      handler.release.open()
      let first = try await answer
      #expect(first.method == "stalled")
      await connection.close()
    }
  }
}

/// A join that waits: to be released, or for a second message that never comes.
private final class StalledJoin: JoinHandler {
  let began = Gate()
  let ended = Gate()
  let release = Gate()
  /// How many messages came.
  let heard = Mutex(0)
  private let answers: Bool

  init(answers: Bool = false) { self.answers = answers }

  func join(_ stream: any JoinServerStream, peer: Peer) async throws(RPCError) {
    defer { ended.open() }
    try await hear(stream)
    began.open()
    guard answers else {
      try await hear(stream)
      return
    }
    await release.wait()
    try await stream.sendInit(ServerInit(method: "stalled", signatureSuite: ""))
  }

  private func hear(_ stream: any JoinServerStream) async throws(RPCError) {
    if try await stream.receive() != nil { heard.withLock { $0 += 1 } }
  }
}
