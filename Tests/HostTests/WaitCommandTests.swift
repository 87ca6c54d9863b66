import Synchronization
import Testing
import Wire

@testable import Host

@Suite("The command wait", .timeLimit(.minutes(1)))
struct WaitCommandTests {
  /// What was asked, slept and said.
  private struct Seen: Sendable {
    var paths: [String] = []
    var pauses: [Duration] = []
    var out = ""
    var err = ""
    var status: Int32 = -1
  }

  private static let starting = Page.json(
    Array(
      """
      {"status":"unhealthy","services":{"a-1":{"status":"unhealthy","reason":"no flour"},\
      "b-1":{"status":"healthy"},"c-1":{"status":"initializing","updated_at":null}}}
      """.utf8), status: 503)

  /// Runs the command against an agent that gives these answers, the last one for ever.
  private func run(
    _ words: String..., answers: [Result<Page, RPCError>] = [.success(.text("OK"))]
  ) async -> Seen {
    let seen = Mutex(Seen())
    var command = WaitCommand(
      program: "tbot",
      console: Console(
        out: { bytes in seen.withLock { $0.out += String(decoding: bytes, as: UTF8.self) } },
        err: { bytes in seen.withLock { $0.err += String(decoding: bytes, as: UTF8.self) } }))
    let enough = AsyncStream.makeStream(of: Void.self)
    command.sleep = { duration in
      // The whole limit passes once the agent has said everything.
      if duration >= .seconds(60) {
        for await _ in enough.stream { break }
      } else {
        seen.withLock { $0.pauses.append(duration) }
      }
    }
    command.random = { $0.upperBound }
    command.ask = { (address, path) async throws(RPCError) in
      let count = seen.withLock { seen in
        seen.paths.append("\(address)\(path)")
        return seen.paths.count
      }
      if count > answers.count + 8 { enough.continuation.yield() }
      await Task.yield()
      return try answers[min(count, answers.count) - 1].get()
    }
    let status = await command.run(words)
    return seen.withLock { seen in
      seen.status = status
      return seen
    }
  }

  @Test("ends well as soon as the agent is ready, and asks what it was told to")
  func ready() async {
    let all = await run("--diag-addr", "127.0.0.1:3001")
    #expect(all.status == 0 && all.paths == ["127.0.0.1:3001/wait"] && all.err.isEmpty)
    let one = await run("--diag-addr=http://localhost:3001/", "--service", "a-1+b_c")
    #expect(one.status == 0 && one.paths == ["localhost:3001/wait/a-1+b_c"])
  }

  @Test("asks again with growing pauses while nobody answers or a service is not ready")
  func retries() async {
    let refused = Result<Page, RPCError>.failure(
      RPCError(.connectionProblem, "nothing listens", fault: .refused))
    let answers = Array(repeating: refused, count: 6) + [.success(Self.starting)]
    let seen = await run(
      "--diag-addr", "127.0.0.1:3001", answers: answers + answers + [.success(.text("OK"))])
    #expect(seen.status == 0 && seen.paths.count == 15)
    #expect(
      seen.pauses.prefix(9)
        == [20, 40, 80, 160, 320, 640, 1280, 2000, 2000].map { .milliseconds($0) }[...])
  }

  @Test("gives up after its timeout, and says what it was waiting for")
  func timesOut() async {
    let seen = await run(
      "--diag-addr", ":3001", "--timeout", "90s", answers: [.success(Self.starting)])
    #expect(seen.status == 1)
    #expect(
      seen.err == """
        ERROR: the agent at 0.0.0.0:3001 was not ready within 90.0 seconds: a-1 is unhealthy: no flour; \
        c-1 is initializing

        """)
  }

  @Test("ends at once for a service the agent does not have")
  func unknown() async {
    let seen = await run(
      "--diag-addr", "127.0.0.1:3001", "--service", "x",
      answers: [.success(.json(Array(#"{"error":"there is no service \"x\""}"#.utf8), status: 404))]
    )
    #expect(seen.status == 1 && seen.paths.count == 1)
    #expect(seen.err == "ERROR: 127.0.0.1:3001 has no /wait/x: there is no service \"x\"\n")
  }

  @Test(
    "refuses what it cannot ask",
    arguments: [
      ([], "--diag-addr is missing"), (["--diag-addr", "nowhere"], "the port is missing"),
      (["--diag-addr", "a:1", "--service", "A B"], "no name of a service"),
      (["--diag-addr", "a:1", "--service", "../readyz"], "no name of a service"),
      (["--diag-addr", "a:1", "--timeout", "soon"], "--timeout expects"),
      (["--diag-addr", "a:1", "--timeout", "-5s"], "--timeout expects"),
      (["--diag-addr", "a:1", "a-1"], "unexpected argument \"a-1\""),
      (["--diag", "a:1"], "there is no flag --diag"),
    ])
  func refuses(_ words: [String], _ part: String) async {
    let said = Mutex("")
    let console = Console(
      out: { _ in },
      err: { bytes in said.withLock { $0 += String(decoding: bytes, as: UTF8.self) } })
    let status = await AgentCommand("tbot", console: console, environment: { _ in nil })
      .run(["wait"] + words)
    let text = said.withLock { $0 }
    #expect(status == 1 && text.hasPrefix("ERROR: ") && text.contains(part), "\(text)")
    #expect(text.contains("try: tbot wait --help"))
  }
}
