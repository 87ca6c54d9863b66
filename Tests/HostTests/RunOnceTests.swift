import Daemon
import Documents
import PluginHost
import Testing
import Wire

@testable import Host

@Suite("A run that ends by itself", .timeLimit(.minutes(1)))
struct RunOnceTests {
  private static let none = AsyncStream<Signals.Request> { $0.finish() }

  /// Opens the parts, runs, and closes.
  private func run(_ bench: Bench) async throws {
    try await bench.agent().run(Self.none)
  }

  @Test("joins, writes every output, says that it lives, and ends")
  func whole() async throws {
    try await Bench.with { bench in
      try await run(bench)
      let card = try JSON.parse(Array(#require(bench.scratch.text("out/card.json")).utf8))
      #expect(card["cluster"]?.string == FakeCluster.name)
      #expect(
        bench.cluster.events.filter { !$0.hasPrefix("auth") && $0 != "role" && $0 != "suite" }
          == ["join by a stranger", "purpose 1", "ping", "certs", "heartbeat"])
      #expect(bench.log.line("INFO", "joined").contains("bot=robot"))
      #expect(bench.log.line("INFO", "output written").contains("service=card-1  files=1"))
      #expect(bench.log.line("DEBUG", "joining").contains("purpose=first"))
      #expect(bench.log.line("DEBUG", "asking for credentials").contains("requests=main,host"))
      #expect(try bench.scratch.mode("out/card.json") == 0o600)
      let heartbeat = try #require(bench.cluster.heartbeats.first)
      #expect(heartbeat.isStartup && heartbeat.oneShot && heartbeat.joinMethod == "badge")
      #expect(heartbeat.recordedAtUnixSeconds == bench.clock.now && heartbeat.uptimeSeconds == 0)
    }
  }

  @Test("joins over its identity the next time, and replaces what it wrote")
  func again() async throws {
    try await Bench.with { bench in
      try await run(bench)
      let first = bench.scratch.text("out/card.json")
      try await run(bench)
      #expect(bench.cluster.events.contains("join") && bench.cluster.events.contains("purpose 2"))
      #expect(bench.scratch.text("out/card.json") != first)
      #expect(bench.log.line("INFO", "identity renewed").contains("cluster=example.test"))
    }
  }

  @Test("tries again when the authority is not there, and succeeds when it comes back")
  func patient() async throws {
    try await Bench.with { bench in
      bench.cluster.refuse("join", RPCError(.connectionProblem, "starting"))
      bench.cluster.refuse("certs", RPCError(.unknown, "busy"))
      try await run(bench)
      #expect(bench.naps.durations.count == 2)
      #expect(bench.log.lines.filter { $0.contains("task failed, trying again") }.count == 2)
    }
  }

  @Test("fails with the authority's reason, writes nothing, and does not insist")
  func refused() async throws {
    try await Bench.with { bench in
      bench.cluster.refuse("join", RPCError(.accessDenied, "the door is shut"))
      let error = try await failure { try await run(bench) }
      #expect(error.message.contains("refused the join: the door is shut"))
      #expect(bench.cluster.events == ["join by a stranger"] && bench.naps.durations.isEmpty)
      #expect(bench.scratch.everything(in: "out") == [])
      #expect(bench.scratch.everything(in: "storage") == [".write-test", "lock"])
    }
  }

  @Test("goes on with its identity when it cannot be renewed but is accepted")
  func keepsIdentity() async throws {
    try await Bench.with { bench in
      try await run(bench)
      let first = bench.scratch.text("out/card.json")
      bench.cluster.refuse("join", RPCError(.accessDenied, "not today"))
      try await run(bench)
      #expect(bench.cluster.events.filter { $0 == "ping" }.count == 2)
      #expect(bench.scratch.text("out/card.json") != first)
      #expect(
        bench.log.line("ERROR", "renewal failed, using the stored identity").contains("not today"))
    }
  }

  @Test("ends when its identity can neither be renewed nor used")
  func identityIsRefused() async throws {
    try await Bench.with { bench in
      try await run(bench)
      let first = bench.scratch.text("out/card.json")
      bench.cluster.refuse("join", RPCError(.accessDenied, "not today"))
      bench.cluster.refuse("ping", RPCError(.accessDenied, "locked"))
      let error = try await failure { try await run(bench) }
      #expect(
        error.description.hasSuffix("does not accept the identity of this machine: locked"))
      #expect(bench.scratch.text("out/card.json") == first)
    }
  }

  @Test("is no failure when nobody takes its heartbeat", arguments: [true, false])
  func heartbeat(isUnknown: Bool) async throws {
    try await Bench.with { bench in
      bench.cluster.refuse("heartbeat", RPCError(isUnknown ? .notImplemented : .unknown, "no"))
      try await run(bench)
      #expect(bench.log.line("WARN", "no heartbeat was sent").isEmpty == isUnknown)
    }
  }

  @Test("stops at the first output that cannot be written, and says which")
  func outputFails() async throws {
    try await Bench.with { bench in
      var bench = bench
      bench.configuration.services[0].section["plan"] = .text(#"{"requests":[]}"#)
      let error = try await failure { try await run(bench) }
      #expect(error.message == "the plan of the output must hold 1 to 32 requests")
      #expect(bench.scratch.everything(in: "out") == [] && bench.cluster.heartbeats.isEmpty)
    }
  }
}
