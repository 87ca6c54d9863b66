import Daemon
import PluginHost
import Testing
import Wire

@testable import Host

@Suite("An agent that runs on", .timeLimit(.minutes(1)))
struct RunDaemonTests {
  private static let renewal = "sleeps 1200.0 seconds"
  private static let heartbeat = "sleeps 1800.0 seconds"

  private typealias Signal = AsyncStream<Signals.Request>.Continuation

  /// Runs an agent whose long pauses last until it is told to renew or to stop; stops it after `body`,
  /// and gives the bench for a look at what is left.
  ///
  /// - Parameter longest: pauses below are not waited for.
  @discardableResult
  private func withAgent(
    holding longest: Duration = .seconds(1200),
    prepared prepare: (inout Bench) async throws -> Void = { _ in },
    _ body: (Bench, Signal) async throws -> Void
  ) async throws -> Bench {
    let naps = Naps { $0 >= longest }
    var left: Bench?
    try await Bench.with(naps: naps, isOneshot: false) { bench in
      var bench = bench
      left = bench
      try await prepare(&bench)
      let agent = try await bench.agent()
      let (requests, signals) = AsyncStream.makeStream(of: Signals.Request.self)
      async let run: Void = agent.run(requests)
      try await body(bench, signals)
      signals.yield(.stop)
      try await run
    }
    return try #require(left)
  }

  /// Waits until renewal and output sleep, and the heartbeat too, for the nth time.
  private func settled(_ bench: Bench, _ times: Int = 1) async {
    await bench.naps.diary.reaches(Self.renewal, times: 2 * times)
    await bench.naps.diary.reaches(Self.heartbeat, times: times)
  }

  @Test("joins, writes and reports, then waits, and ends well when it is told to stop")
  func whole() async throws {
    let bench = try await withAgent { bench, _ in
      await settled(bench)
      #expect(bench.scratch.text("out/card.json") != nil)
      #expect(bench.log.line("INFO", "ready").contains("services=1"))
      #expect(bench.cluster.events.filter { $0.hasPrefix("join") }.count == 1)
    }
    #expect(!bench.log.line("INFO", "stopping").isEmpty)
    #expect(!bench.log.text.contains("ERROR") && !bench.log.text.contains("WARN"))
  }

  @Test("renews its identity, its outputs and its report at once when it is told to")
  func renews() async throws {
    try await withAgent { bench, signals in
      await settled(bench)
      let first = bench.scratch.text("out/card.json")
      signals.yield(.renew)
      await settled(bench, 2)
      #expect(bench.cluster.events.filter { $0 == "join" }.count == 1)
      #expect(bench.scratch.text("out/card.json") != first)
      #expect(bench.cluster.heartbeats.map(\.isStartup) == [true, false])
    }
  }

  @Test("waits for an authority that is not there, however long it takes")
  func startsBeforeTheAuthority() async throws {
    let starting: (inout Bench) -> Void = { bench in
      for _ in 0..<9 {
        bench.cluster.refuse("join", RPCError(.connectionProblem, "starting"))
      }
    }
    try await withAgent(prepared: starting) { bench, _ in
      await settled(bench)
      #expect(bench.log.lines.filter { $0.contains("cannot join, trying again") }.count == 9)
    }
  }

  @Test("goes on with a stored identity while the authority does not renew it")
  func startsWithStoredIdentity() async throws {
    let joined: (inout Bench) async throws -> Void = { bench in
      try await bench.withParts { try await $0.keeper.renew() }
      bench.cluster.refuse("join", RPCError(.accessDenied, "not today"))
    }
    try await withAgent(prepared: joined) { bench, _ in
      await settled(bench)
      #expect(bench.scratch.text("out/card.json") != nil)
      #expect(
        bench.log.line("ERROR", "renewal failed, going on with the stored identity")
          .contains("not today"))
    }
  }

  @Test("ends at once with what only somebody at this machine can mend")
  func local() async throws {
    try await Bench.with(isOneshot: false) { bench in
      var bench = bench
      bench.configuration.onboarding = nil
      let agent = try await bench.agent()
      let error = try await failure { try await agent.run(AsyncStream { $0.finish() }) }
      #expect(
        error.message
          == "tbot.yaml: there is no stored identity and no `onboarding` to get one with; add "
          + "`onboarding:` with `join_method` and `token`")
      #expect(bench.cluster.events.isEmpty && bench.naps.durations.isEmpty)
    }
  }

  @Test("can be stopped while it waits to join")
  func stoppedEarly() async throws {
    let starting: (inout Bench) -> Void = {
      $0.cluster.refuse("join", RPCError(.connectionProblem, "starting"))
    }
    let bench = try await withAgent(holding: .zero, prepared: starting) { bench, _ in
      await bench.naps.diary.reaches { !$0.isEmpty }
    }
    #expect(bench.cluster.events == ["join by a stranger"])
  }

  @Test("gives a join a moment and no more when it is told to stop and the authority is silent")
  func stoppedInSilence() async throws {
    let silent: (inout Bench) -> Void = { $0.cluster.change { $0.isSilent = true } }
    let bench = try await withAgent(prepared: silent) { bench, _ in
      await bench.cluster.diary.reaches("join by a stranger")
    }
    #expect(bench.naps.durations == [Agent.lastMoment])
    #expect(bench.cluster.events == ["join by a stranger"])
  }

  @Test("keeps an output's trouble from its other outputs")
  func outputsApart() async throws {
    let withBroken: (inout Bench) -> Void = { bench in
      var broken = bench.configuration.services[0]
      broken.name = "card-2"
      broken.destination = .memory
      broken.section["plan"] = .text("{")
      bench.configuration.services.append(broken)
    }
    try await withAgent(prepared: withBroken) { bench, _ in
      await bench.naps.diary.reaches(Self.renewal, times: 3)
      #expect(bench.scratch.text("out/card.json") != nil)
      #expect(
        bench.log.line("ERROR", "giving up until the next interval").contains("task=card-2"))
    }
  }
}
