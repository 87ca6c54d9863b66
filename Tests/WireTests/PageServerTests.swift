import Foundation
import Synchronization
import Testing

@testable import Wire

@Suite("A page server", .timeLimit(.minutes(1)))
struct PageServerTests {
  private let cancelled = AsyncStream.makeStream(of: Void.self)

  /// Serves `/` at once, `/slow` when its task is cancelled, and `/echo…` with the path.
  private func with(
    _ limits: PageLimits = PageLimits(), _ body: (ServerAddress) async throws -> Void
  ) async throws {
    let cancelled = cancelled.continuation
    let server = PageServer(address: ServerAddress(host: "127.0.0.1", port: 0), limits: limits) {
      path in
      switch path {
      case "/": .page(.text("at home\n"))
      case "/slow":
        .later {
          let (never, continuation) = AsyncStream.makeStream(of: Void.self)
          for await _ in never {}
          continuation.finish()
          cancelled.yield()
          return .text("late\n", status: 503)
        }
      default: path.hasPrefix("/echo") ? .page(.text(path)) : nil
      }
    }
    let address = try await server.start()
    do {
      try await body(address)
    } catch {
      await server.stop()
      throw error
    }
    await server.stop()
  }

  private func answer(_ address: ServerAddress, to request: String) async throws -> String {
    let socket = try RawSocket(port: address.port)
    socket.write(Array(request.utf8))
    return String(decoding: await socket.readToEnd(), as: UTF8.self)
  }

  @Test("answers GET and HEAD, once per connection")
  func answers() async throws {
    try await with { address in
      let page = try await fetchPage(address, path: "/", limit: .seconds(10))
      #expect(page == .text("at home\n"))
      let get = try await answer(
        address, to: "GET /?x=1 HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(get.hasPrefix("HTTP/1.1 200 OK\r\n") && get.hasSuffix("\r\n\r\nat home\n"))
      #expect(get.contains("connection: close\r\n") && get.contains("content-length: 8\r\n"))
      let head = try await answer(address, to: "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n") && head.hasSuffix("\r\n\r\n"))
    }
  }

  @Test(
    "refuses every other method",
    arguments: ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH"])
  func methods(_ method: String) async throws {
    try await with { address in
      for path in ["/", "/slow"] {
        let target = method == "CONNECT" ? "a:1" : path
        let text = try await answer(address, to: "\(method) \(target) HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(!text.contains(" 200 ") && !text.contains("at home"), "\(method)")
      }
    }
  }

  @Test(
    "answers a request that is none with nothing or an error, and lives on",
    arguments: [
      "", "\u{0}\u{1}\u{2}\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\r\n\r\n\r\n",
      "GET / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
      "GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "GET / HTTP/1.1\r\n: x\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      "\u{16}\u{3}\u{1}\u{2}\u{0}",
      "GET / HTTP/1.1\r\nHost: \(String(repeating: "x", count: 40_000))\r\n\r\n",
      "GET /\(String(repeating: "x", count: 40_000)) HTTP/1.1\r\n\r\n",
      "POST / HTTP/1.1\r\nContent-Length: 40000\r\n\r\n\(String(repeating: "x", count: 40_000))",
    ])
  func hostile(_ request: String) async throws {
    try await with(PageLimits(request: .milliseconds(300))) { address in
      let text = try await answer(address, to: request)
      #expect(!text.contains(" 200 "))
      #expect(try await fetchPage(address, path: "/", limit: .seconds(10)).status == 200)
    }
  }

  @Test("answers damaged requests with one answer or none, and lives on")
  func damaged() async throws {
    try await with(PageLimits(request: .milliseconds(200))) { address in
      let good = Array("GET /echo/a+b HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n".utf8)
      var state: UInt64 = 7
      func next(_ limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(truncatingIfNeeded: state >> 33) % limit
      }
      for _ in 0..<150 {
        var bytes = good
        for _ in 0...next(3) {
          switch next(3) {
          case 0: bytes.remove(at: next(bytes.count))
          case 1: bytes[next(bytes.count)] = UInt8(next(256))
          default: bytes.insert(UInt8(next(256)), at: next(bytes.count))
          }
        }
        let socket = try RawSocket(port: address.port)
        socket.write(bytes)
        socket.shutdownWriting()
        let text = String(decoding: await socket.readToEnd(), as: UTF8.self)
        #expect(text.components(separatedBy: "HTTP/1.1 ").count <= 2)
      }
      #expect(try await fetchPage(address, path: "/", limit: .seconds(10)).status == 200)
    }
  }

  @Test("keeps no more connections than it may")
  func crowd() async throws {
    try await with(PageLimits(maxConnections: 2)) { address in
      let first = try RawSocket(port: address.port)
      first.write(Array("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
      let second = try RawSocket(port: address.port)
      second.write(Array("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
      #expect(try await answer(address, to: "GET / HTTP/1.1\r\nHost: a\r\n\r\n").isEmpty)
      first.reset()
      for await _ in cancelled.stream { break }
      second.reset()
      for await _ in cancelled.stream { break }
      #expect(try await fetchPage(address, path: "/", limit: .seconds(10)).status == 200)
    }
  }

  @Test("closes a connection that says nothing, or too little")
  func silence() async throws {
    try await with(PageLimits(request: .milliseconds(50))) { address in
      for start in ["", "GET / HTTP/1.1\r\n"] {
        let text = try await answer(address, to: start)
        #expect(text.isEmpty)
      }
    }
  }

  @Test("ends the work on an answer that takes too long, and shows what there is")
  func held() async throws {
    try await with(PageLimits(held: .milliseconds(50))) { address in
      let page = try await fetchPage(address, path: "/slow", limit: .seconds(10))
      #expect(page == .text("late\n", status: 503))
    }
  }

  @Test("says what is in the way of its port")
  func taken() async throws {
    let socket = try RawSocket(listening: ())
    let server = PageServer(address: ServerAddress(host: "127.0.0.1", port: socket.port)) { _ in
      nil
    }
    let error = await #expect(throws: RPCError.self) { _ = try await server.start() }
    #expect(error?.message.contains("127.0.0.1:\(socket.port)") == true)
    #expect(error?.message.contains("address already in use") == true)
    let nowhere = PageServer(address: ServerAddress(host: "no.such.invalid", port: 1)) { _ in nil }
    await #expect(throws: RPCError.self) { _ = try await nowhere.start() }
  }

  @Test("is missed with a sentence when it is not there, silent, or something else")
  func client() async throws {
    let socket = try RawSocket(listening: ())
    let address = ServerAddress(host: "127.0.0.1", port: socket.port)
    let silent = await #expect(throws: RPCError.self) {
      _ = try await fetchPage(address, path: "/", limit: .milliseconds(50))
    }
    #expect(silent?.fault == .timedOut)
    async let answered: Void = socket.answerOnce(Array("SSH-2.0-OpenSSH_9.2\r\n".utf8))
    await #expect(throws: RPCError.self) {
      _ = try await fetchPage(address, path: "/", limit: .seconds(10))
    }
    await answered
    socket.close()
    let gone = await #expect(throws: RPCError.self) {
      _ = try await fetchPage(address, path: "/", limit: .seconds(10))
    }
    #expect(gone?.fault == .refused)
  }
}
