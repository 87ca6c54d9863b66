import Foundation
import Testing
import Wire

@Suite struct PostTests {
  /// Posts to a server that gives `answer` to whoever comes.
  ///
  /// - Returns: how that went, and what the server was sent.
  private func post(
    _ answer: String, isTrusted: Bool = true
  ) async throws -> (result: Result<Void, RPCError>, requests: String, port: Int) {
    let authority = try TestAuthority()
    let leaf = try authority.issueServer()
    return try await withDirectory { directory in
      let server = try await TLSPage(
        identity: leaf.certificatePEM + "\n" + leaf.keyPEM, answer: answer, in: directory)
      defer { server.stop() }
      let roots = try isTrusted ? authority.der : TestAuthority().der
      let service = try HTTPSAddress(parsing: "https://localhost:\(server.port)/in/")
      var result = Result<Void, RPCError>.success(())
      do throws(RPCError) {
        try await postJSON(
          Array(#"{"a":1}"#.utf8), to: service, path: "/x.Y/Z", trust: .roots([roots]),
          within: .seconds(30))
      } catch {
        result = .failure(error)
      }
      return (result, server.requests, server.port)
    }
  }

  /// What posting failed with; nil when it did not.
  private func failure(of answer: String) async throws -> RPCError? {
    if case .failure(let error) = try await post(answer).result { error } else { nil }
  }

  @Test func aDocumentArrivesAsItIs() async throws {
    let posted = try await post("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
    try posted.result.get()
    let head = [
      "POST /in/x.Y/Z HTTP/1.1", "host: localhost:\(posted.port)", "accept: */*",
      "content-type: application/json", "connect-protocol-version: 1", "content-length: 7",
      "connection: close",
    ]
    #expect(posted.requests == head.joined(separator: "\r\n") + "\r\n\r\n" + #"{"a":1}"#)
  }

  @Test(arguments: ["404 Not Found", "301 Moved", "204 No Content", "500 Oops"])
  func anyOtherStatusIsAFailure(_ status: String) async throws {
    let error = try await failure(of: "HTTP/1.1 \(status)\r\nContent-Length: 0\r\n\r\n")
    #expect(error?.code == .badParameter)
    #expect(error?.message.hasSuffix("HTTP status \(status.prefix(3))") == true)
  }

  @Test func aLargeAnswerIsNotReadToItsEnd() async throws {
    let body = String(repeating: "x", count: 70_000)
    let error = try await failure(of: "HTTP/1.1 200 OK\r\nContent-Length: 70000\r\n\r\n\(body)")
    #expect(error?.code == .limitExceeded)
  }

  @Test func whatIsNoHTTPIsAFailure() async throws {
    #expect(try await failure(of: "SSH-2.0-OpenSSH_9.2\r\n")?.code == .badParameter)
  }

  @Test func aStrangerIsToldNothing() async throws {
    let posted = try await post("HTTP/1.1 200 OK\r\n\r\n", isTrusted: false)
    let error = #expect(throws: RPCError.self) { try posted.result.get() }
    #expect(error?.fault == .untrusted && posted.requests.isEmpty)
  }

  @Test func silenceEndsAtTheLimit() async throws {
    let socket = try RawSocket(listening: ())
    let service = try HTTPSAddress(parsing: "https://127.0.0.1:\(socket.port)")
    let error = await #expect(throws: RPCError.self) {
      try await postJSON(
        [], to: service, path: "/", trust: .insecure, within: .milliseconds(50))
    }
    #expect(error?.fault == .timedOut)
  }

  @Test(arguments: [
    ("https://collector.example", "collector.example:443", ""),
    ("https://collector.example/", "collector.example:443", ""),
    ("https://10.0.0.1:8443/a/b/", "10.0.0.1:8443", "/a/b"), ("https://[::1]/x", "[::1]:443", "/x"),
  ])
  func anAddressHasAServerAndAPath(text: String, server: String, path: String) throws {
    let address = try HTTPSAddress(parsing: text)
    #expect(address.server.description == server && address.path == path)
    #expect(try HTTPSAddress(parsing: "\(address)") == address)
  }

  @Test(arguments: [
    "", "collector.example", "http://collector.example", "https://", "https:///x", "https://a:0",
    "https://user:pw@a", "https://a?q=1", "https://a/x?q=1", "https://a/x#y", "https://a/b c",
    "https://a/\r\nhost: b", "HTTPS://a", "https://a/ü",
  ])
  func aWrongAddressIsQuoted(_ text: String) throws {
    let error = #expect(throws: RPCError.self) { _ = try HTTPSAddress(parsing: text) }
    #expect(error?.code == .badParameter)
  }
}
