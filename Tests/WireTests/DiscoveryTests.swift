import Foundation
import Testing
import Wire

@Suite struct DiscoveryTests {
  @Test func theDocumentIsReadOverHTTPS() async throws {
    try await RunningListener.with { server in
      let found = try await fetchDiscovery(server.address, trust: try server.trust)
      #expect(found.clusterName == "test.example")
      #expect(found.serverVersion == "18.2.0")
      #expect(found.signatureSuite == "balanced-v1")
      #expect(found.tlsRoutingEnabled)
      #expect(found.publicAddress == "localhost:443")
      #expect(found.tunnelListenAddress.isEmpty)
      #expect(found.json == RunningListener.find)
    }
  }

  @Test func anUntrustedServerIsNotAsked() async throws {
    try await RunningListener.with { server in
      let stranger = try TestAuthority()
      let error = await #expect(throws: RPCError.self) {
        _ = try await fetchDiscovery(server.address, trust: .roots([try stranger.der]))
      }
      #expect(error?.fault == .untrusted)
    }
  }

  @Test func aServerThatSpeaksSomethingElseIsNamed() async throws {
    let socket = try RawSocket(listening: ())
    let address = ServerAddress(host: "127.0.0.1", port: socket.port)
    async let answered: Void = socket.answerOnce(Array("SSH-2.0-OpenSSH_9.2\r\n".utf8))
    let error = await #expect(throws: RPCError.self) {
      _ = try await fetchDiscovery(address, trust: .insecure)
    }
    await answered
    #expect(error?.fault == .wrongProtocol)
  }

  @Test(arguments: [
    ("/webapi/find", "GET", 200), ("/webapi/ping", "GET", 200), ("/webapi/find?x=1", "GET", 200),
    ("/", "GET", 404), ("/webapi/find/", "GET", 404), ("/etc/passwd", "GET", 404),
    ("/webapi/find", "POST", 405), ("/webapi/find", "HEAD", 200),
  ])
  func curlGetsTheStatus(path: String, method: String, status: Int) async throws {
    try await withServerAndRoots { server, roots in
      var arguments = ["-s", "-S", "--cacert", roots, "-w", "\n%{http_code}"]
      arguments += method == "HEAD" ? ["-I"] : ["-X", method]
      let curl = try await Program.run("curl", arguments + ["https://\(server.address)\(path)"])
      #expect(curl.status == 0, "\(curl.errors)")
      #expect(curl.output.hasSuffix("\n\(status)"))
      if status == 200, method == "GET" {
        #expect(Array(curl.output.utf8).starts(with: RunningListener.find))
      }
    }
  }

  @Test(arguments: [["--http1.1"], ["--no-alpn"], ["--http2"], ["--tlsv1.2", "--tls-max", "1.2"]])
  func curlGetsTheDocumentWhateverItOffers(_ options: [String]) async throws {
    try await withServerAndRoots { server, roots in
      let url = "https://\(server.address)/webapi/find"
      let curl = try await Program.run("curl", ["-s", "-S", "--cacert", roots] + options + [url])
      #expect(curl.status == 0, "\(curl.errors)")
      #expect(Array(curl.output.utf8) == RunningListener.find)
    }
  }

  @Test func aLargeBodyIsRefused() async throws {
    try await withServerAndRoots { server, roots in
      let curl = try await Program.run(
        "curl",
        [
          "-s", "--cacert", roots, "-o", "/dev/null", "-w", "%{http_code}", "--data-binary", "@-",
          "https://\(server.address)/webapi/find",
        ], input: String(repeating: "x", count: 200_000))
      #expect(curl.output == "413")
    }
  }

  @Test(arguments: [
    ("GET /webapi/find HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\n\r\n", "HTTP/1.1 200 "),
    ("GET http://b/webapi/find HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 404 "),
    ("GET /webapi/%66ind HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 404 "),
    ("GET /webapi/../webapi/find HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 404 "),
    ("GET /webapi/find HTTP/9.9\r\n\r\n", ""), ("GET\r\n\r\n", ""), ("\u{0}\u{1}\r\n\r\n", ""),
    ("POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", ""),
    ("POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", ""),
    ("GET / HTTP/1.1\r\nHost: \(String(repeating: "x", count: 200_000))\r\n\r\n", ""),
  ])
  func anOddRequestGetsOneAnswerOrNone(_ request: String, answer: String) async throws {
    try await RunningListener.with(limits: ServerLimits(handshake: .seconds(5))) { server in
      let openssl = try await Program.run(
        "openssl", ["s_client", "-quiet", "-alpn", "http/1.1", "-connect", "\(server.address)"],
        input: request)
      let output = openssl.output
      #expect(answer.isEmpty ? !output.contains(" 200 ") : output.hasPrefix(answer))
      #expect(output.split(separator: "HTTP/1.1 ").count <= 1)
      _ = try await fetchDiscovery(server.address, trust: try server.trust)
    }
  }

  @Test(arguments: [
    ("teleport-proxy-grpc,h2", "teleport-proxy-grpc"), ("h2", "h2"), ("h2,http/1.1", "http/1.1"),
    ("http/1.1", "http/1.1"),
    (
      "teleport-auth@746573742e6578616d706c65.teleport.cluster.local,h2",
      "teleport-auth@746573742e6578616d706c65.teleport.cluster.local"
    ),
    ("teleport-auth@00.teleport.cluster.local,h2", "h2"), ("gopher", nil), (nil, nil),
  ])
  func theProtocolIsChosenByWhatIsOffered(offered: String?, chosen: String?) async throws {
    try await withServerAndRoots { server, roots in
      var arguments = ["s_client", "-connect", "\(server.address)", "-CAfile", roots]
      if let offered { arguments += ["-alpn", offered] }
      let openssl = try await Program.run("openssl", arguments)
      #expect(openssl.output.contains("Verify return code: 0 (ok)"))
      let line = chosen.map { "ALPN protocol: \($0)" } ?? "No ALPN negotiated"
      #expect(openssl.output.split(separator: "\n").contains { $0 == line })
    }
  }

  @Test(arguments: [
    ("zz.teleport.cluster.local", false), ("00ff.teleport.cluster.local", false),
    ("61.teleport.cluster.local", true), ("teleport.cluster.local", true),
  ])
  func aServerNameThatEncodesNoClusterIsRefused(name: String, accepted: Bool) async throws {
    try await withServerAndRoots { server, roots in
      let openssl = try await Program.run(
        "openssl",
        ["s_client", "-connect", "\(server.address)", "-CAfile", roots, "-servername", name])
      #expect((openssl.status == 0) == accepted)
    }
  }

  private func withServerAndRoots(_ body: (RunningListener, String) async throws -> Void)
    async throws
  {
    try await withDirectory { directory in
      try await RunningListener.with { server in
        try await body(server, try directory.file("roots.pem", try server.authority.pem))
      }
    }
  }
}
