import Daemon
import PluginHost
import Testing

@testable import Host

@Suite("What plugins say on their own", .timeLimit(.minutes(1)))
struct RunPluginEventTests {
  private static let pause = "sleeps 60.0 seconds"

  /// Runs an agent until `body` returns. Pauses of a minute and longer last until it is told to renew or
  /// to stop.
  @discardableResult
  private func withAgent(
    mood: String = "", result: String = "welcome",
    _ body: (Bench, AgentRecord, AsyncStream<Signals.Request>.Continuation) async throws -> Void
  ) async throws -> Bench {
    var left: Bench?
    try await Bench.with(naps: Naps { $0 >= .seconds(60) }, isOneshot: false) { bench in
      var bench = bench
      bench.cluster.change { $0.result = result }
      bench.configuration.services[0].section["mood"] = .text(mood)
      left = bench
      try await bench.whileRunning { try await body(bench, $0, $1) }
    }
    return try #require(left)
  }

  private func joins(_ bench: Bench) -> [String] {
    bench.cluster.events.filter { $0.hasPrefix("join") }
  }

  private func joined(_ bench: Bench, _ times: Int) async {
    await bench.cluster.diary.reaches { $0.count { $0.hasPrefix("join") } >= times }
  }

  private func requests(_ record: AgentRecord, _ name: String, _ result: String) -> String? {
    record.value(
      "tenon_plugin_renewal_requests_total{name=\"\(name)\",result=\"\(result)\"}")
  }

  @Test("of a join method that is not well makes the identity unhealthy, until it is well again")
  func method() async throws {
    try await withAgent(result: "sick") { bench, record, signals in
      await record.health.reported()
      #expect(record.health.one("identity")?.status == .unhealthy)
      #expect(
        record.health.one("identity")?.reason == "the plugin is not well: the reader coughs")
      #expect(record.health.one("card-1")?.status == .healthy)
      #expect(record.health.document().isHealthy == false)
      #expect(record.value("tenon_ready") == "0")
      #expect(record.value("tenon_service_healthy{name=\"identity\"}") == "0")
      #expect(
        bench.log.line("WARN", "a plugin says it is unhealthy").contains(
          "service=identity  reason=\"the reader coughs\""))
      bench.cluster.change { $0.result = "all is well" }
      bench.clock.advance(10)
      signals.yield(.renew)
      await joined(bench, 2)
      await bench.log.reaches("a plugin says it is healthy")
      #expect(record.health.one("identity")?.status == .healthy)
    }
  }

  @Test(
    "of an output counts for its service",
    arguments: [
      ("sick", ServiceHealth.Status.unhealthy, "the plugin is not well: the reader coughs"),
      ("warming up", .initializing, "the plugin is not ready yet"), ("well", .healthy, ""),
    ])
  func output(_ mood: String, _ status: ServiceHealth.Status, _ reason: String) async throws {
    try await withAgent(mood: mood) { bench, record, _ in
      // The renewal and the output.
      await bench.naps.diary.reaches("sleeps 1200.0 seconds", times: 2)
      let health = record.health.one("card-1")
      #expect((health?.status, health?.reason) == (status, reason))
      #expect(record.health.one("identity")?.status == .healthy)
    }
  }

  @Test("is one line in the log, however often it changes")
  func nervous() async throws {
    let bench = try await withAgent(mood: "nervous") { bench, record, _ in
      await bench.log.reaches("output written")
      await record.health.reported()
      #expect(record.health.one("card-1")?.status == .healthy)
    }
    #expect(bench.log.lines.count { $0.contains("a plugin says") } == 1)
  }

  @Test("renews the identity at once when an output asks for it, and nothing else")
  func restless() async throws {
    let bench = try await withAgent(mood: "restless") { bench, record, _ in
      await joined(bench, 2)
      await bench.naps.diary.reaches(Self.pause)
      await bench.log.reaches("identity renewed")
      #expect(requests(record, "card-1", "taken") == "1")
      #expect(requests(record, "card-1", "merged") == "0")
    }
    #expect(joins(bench) == ["join by a stranger", "join"])
    #expect(bench.cluster.requests.count == 1)
    #expect(bench.log.line("INFO", "a plugin asks for a renewal").contains("service=card-1"))
  }

  @Test("renews once in a minute for a plugin that asks a thousand times with every renewal")
  func eager() async throws {
    let bench = try await withAgent(result: "eager") { bench, record, _ in
      await bench.naps.diary.reaches(Self.pause)
      await bench.log.reaches("identity renewed")
      #expect(requests(record, "identity", "taken") == "2")
      #expect(requests(record, "identity", "merged") == "1998")
      #expect(requests(record, "identity", "ignored") == "0")
    }
    #expect(joins(bench) == ["join by a stranger", "join"])
    #expect(bench.naps.durations.count { $0 == .seconds(60) } == 1)
    #expect(bench.log.lines.count { $0.contains("a plugin asks for a renewal") } == 2)
  }

  @Test("renews nothing in an agent that runs once")
  func oneshot() async throws {
    try await Bench.with { bench in
      var bench = bench
      bench.cluster.change { $0.result = "eager" }
      bench.configuration.services[0].section["mood"] = .text("restless")
      let agent = try await bench.agent()
      try await agent.run(AsyncStream { $0.finish() })
      #expect(joins(bench) == ["join by a stranger"])
      #expect(requests(agent.parts.record, "identity", "ignored") == "1000")
      #expect(requests(agent.parts.record, "card-1", "ignored") == "1")
      let lines = bench.log.lines.filter { $0.contains("a renewal of an agent that runs once") }
      #expect(lines.count == 2 && lines.allSatisfy { $0.contains("DEBUG") })
    }
  }

  @Test("is served by the first renewal that begins after it; the next one waits for a minute")
  func requests() async {
    let naps = Naps { _ in true }
    let (alarm, renewals) = (naps.alarm, naps.alarm)
    let requests = RenewalRequests()
    // What a renewal has served by itself wakes nobody.
    #expect(requests.ask())
    requests.served()
    let server = Task { await requests.serve(renewals, pausing: alarm) }
    let first = Task { await renewals.pause(.seconds(900), since: 0) }
    await naps.diary.reaches("sleeps 900.0 seconds")
    #expect(naps.durations == [.seconds(900)])
    #expect(requests.ask())
    for _ in 0..<1000 { #expect(!requests.ask()) }
    await first.value
    requests.served()
    await naps.diary.reaches(Self.pause)
    // Within the minute: it waits, and is not forgotten.
    #expect(requests.ask())
    #expect(renewals.generation == 1)
    let second = Task { await renewals.pause(.seconds(900), since: 1) }
    await naps.diary.reaches("sleeps 900.0 seconds", times: 2)
    // The minute is over.
    alarm.wakeAll()
    await second.value
    await naps.diary.reaches(Self.pause, times: 2)
    #expect(renewals.generation == 2)
    server.cancel()
    await server.value
  }
}
