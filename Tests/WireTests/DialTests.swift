import Foundation
import Testing
import Wire

/// Every way in which no connection comes about, and the sentence an operator reads then.
@Suite struct DialTests {
  /// The error of dialling `address`.
  private func failure(
    _ address: ServerAddress, _ tls: ClientTLS = .joinAtAuth(trust: .insecure),
    dial: Duration = .seconds(20)
  ) async -> RPCError? {
    await #expect(throws: RPCError.self) {
      let connection = try await Connection.open(
        to: address, tls: tls, clientVersion: "1.0.0", timeouts: Timeouts(dial: dial))
      await connection.close()
    }
  }

  @Test func aClosedPortIsNamed() async throws {
    let socket = try RawSocket(listening: ())
    let address = ServerAddress(host: "127.0.0.1", port: socket.port)
    socket.close()
    let error = await failure(address)
    #expect(error?.fault == .refused)
    #expect(
      error?.message
        == "nothing listens at \(address) (connection refused); check the address and that the server runs"
    )
  }

  @Test func anUnknownHostIsNamed() async throws {
    let error = await failure(ServerAddress(host: "no-such-host.invalid", port: 443))
    #expect(error?.fault == .unresolved)
    #expect(
      error?.message
        == "the host name \"no-such-host.invalid\" cannot be resolved; check the address and the name service"
    )
  }

  @Test func aServerThatNeverAnswersIsGivenUpAtTheLimit() async throws {
    let socket = try RawSocket(listening: ())
    let address = ServerAddress(host: "127.0.0.1", port: socket.port)
    let error = await failure(address, dial: .milliseconds(250))
    #expect(error?.fault == .timedOut)
    #expect(error?.message == "\(address) did not finish the TLS handshake within 250 ms")
  }

  @Test func aDialThatIsCancelledEndsThoughTheServerIsSilent() async throws {
    let socket = try RawSocket(listening: ())
    let address = ServerAddress(host: "127.0.0.1", port: socket.port)
    let dial = Task { await failure(address) }
    dial.cancel()
    let error = await dial.value
    #expect(error?.code == .connectionProblem)
    #expect(error?.message == "the call was cancelled")
  }

  @Test func aServerWithoutTLSIsNamed() async throws {
    let socket = try RawSocket(listening: ())
    let address = ServerAddress(host: "127.0.0.1", port: socket.port)
    async let answered: Void = socket.answerOnce(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))
    let error = await failure(address)
    await answered
    #expect(error?.fault == .wrongProtocol)
    #expect(error?.message == "\(address) does not speak TLS; check that host and port are right")
  }

  @Test func aServerThatHangsUpIsNamed() async throws {
    let socket = try RawSocket(listening: ())
    let address = ServerAddress(host: "127.0.0.1", port: socket.port)
    async let answered: Void = socket.answerOnce([])
    let error = await failure(address)
    await answered
    #expect(error?.fault == .closed)
    #expect(error?.message.contains("\(address)") == true)
  }

  @Test func aCertificateOfAnUnknownAuthorityIsRefused() async throws {
    try await RunningListener.with { server in
      let stranger = try TestAuthority()
      let error = await failure(server.address, .joinAtAuth(trust: .roots([try stranger.der])))
      #expect(error?.fault == .untrusted)
      #expect(
        error?.message == """
          the certificate of \(server.address) does not come from a trusted authority; check that \
          the authorities given for it are this cluster's
          """)
      let bySystem = await failure(server.address, .joinAtAuth(trust: .system))
      #expect(bySystem?.fault == .untrusted)
      #expect(bySystem?.message.contains("point SSL_CERT_FILE at it") == true)
    }
  }

  @Test func aCertificateMadeOutToAnotherNameIsRefusedWhateverWasDialled() async throws {
    try await RunningListener.with { server in
      let tls = ClientTLS(
        trust: try server.trust, serverName: "cluster.example", alpn: [ALPN.http2])
      let error = await failure(server.address, tls)
      #expect(error?.fault == .wrongName)
      #expect(
        error?.message == """
          the certificate of \(server.address) is made out to localhost, teleport.cluster.local, \
          *.teleport.cluster.local, 127.0.0.1, not to "cluster.example"; check the address
          """)
    }
  }

  @Test(arguments: [
    (-7200.0, -60.0, "expired on"), (60.0, 7200.0, "is valid only from"),
  ])
  func aCertificateOutsideItsValidityIsRefused(from: Double, to: Double, text: String) async throws
  {
    let authority = try TestAuthority()
    let leaf = try authority.issueServer(from: from, to: to)
    try await RunningListener.with(certificate: leaf, authority: authority) { server in
      let error = await failure(server.address, .joinAtAuth(trust: try server.trust))
      #expect(error?.fault == .outsideValidity)
      #expect(error?.message.hasPrefix("the certificate of \(server.address) \(text) 20") == true)
    }
  }

  @Test func aServerWithoutACommonProtocolIsNamed() async throws {
    try await RunningListener.with { server in
      let tls = ClientTLS(
        trust: try server.trust, serverName: ClusterDomain.api, alpn: ["gopher", "finger"])
      let error = await failure(server.address, tls)
      #expect(error?.fault == .wrongProtocol)
      #expect(error?.message.contains("none of the protocols gopher, finger") == true)
    }
  }

  @Test func insecureBelievesAnybody() async throws {
    try await RunningListener.with { server in
      let connection = try await server.connect(.joinAtAuth(trust: .insecure))
      let pem = try await connection.clusterCACertificates()
      #expect(pem == Array("pem".utf8))
      await connection.close()
    }
  }

  @Test func anIPAddressIsVerifiedAsAnAddress() async throws {
    try await RunningListener.with { server in
      let connection = try await server.connect(
        .joinThroughProxy(server.address, trust: try server.trust))
      let reply = try await connection.ping()
      #expect(reply.clusterName == "test.example")
      await connection.close()
    }
  }

  @Test func unusableClientMaterialIsABadParameter() async throws {
    let address = ServerAddress(host: "127.0.0.1", port: 9)
    let broken = ClientCertificate(chain: [[1, 2, 3]], privateKeyPEM: "no key")
    let tls = ClientTLS.authenticatedAtAuth(cluster: "a", roots: [], certificate: broken)
    #expect(
      await failure(address, tls)?.message == "the client certificate is not a DER certificate")
    let leaf = try TestAuthority().issue()
    let keyless = ClientCertificate(chain: [leaf.der], privateKeyPEM: "no key")
    let other = ClientTLS.authenticatedAtAuth(cluster: "a", roots: [], certificate: keyless)
    #expect(
      await failure(address, other)?.message
        == "the private key of the client certificate is not a PEM key")
  }

  @Test func aBrokenConnectionFailsItsCallsWithTheReason() async throws {
    try await RunningListener.with { server in
      let connection = try await server.connect()
      await connection.close()
      let error = await #expect(throws: RPCError.self) { _ = try await connection.ping() }
      #expect(error?.code == .connectionProblem)
      #expect(error?.message == "the connection to \(server.address) was closed")
    }
  }
}
