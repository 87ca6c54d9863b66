import Daemon
import Documents
import Foundation
import PluginHost
import Testing
import Wire

@testable import Host

@Suite("What an agent answers about itself", .timeLimit(.minutes(1)))
struct RunDiagnosticsTests {
  /// Runs a daemon until `body` returns.
  private func withAgent(
    prepared prepare: (inout Bench) async throws -> Void = { _ in },
    _ body: (Bench, AgentRecord) async throws -> Void
  ) async throws {
    let naps = Naps { $0 >= .seconds(1200) }
    try await Bench.with(naps: naps, isOneshot: false) { bench in
      var bench = bench
      try await prepare(&bench)
      try await bench.whileRunning { record, _ in try await body(bench, record) }
    }
  }

  @Test("is ready once it has joined, written and reported")
  func ready() async throws {
    try await withAgent { bench, record in
      await record.health.reported()
      let (isHealthy, services) = record.health.all()
      #expect(isHealthy && services.map(\.name) == ["card-1", "heartbeat", "identity"])
      #expect(record.value("tenon_ready") == "1")
      let joins = "tenon_join_attempts_total{method=\"badge\",purpose="
      #expect(record.value(joins + "\"first\",result=\"accepted\"}") == "1")
      #expect(record.value(joins + "\"refresh\",result=\"refused\"}") == "0")
      #expect(record.value("tenon_last_join_timestamp_seconds") == "\(bench.clock.now)")
      #expect(record.value("tenon_identity_generation") == "0")
      let end = try #require(record.value("tenon_identity_expiry_timestamp_seconds"))
      #expect(Int64(end) ?? 0 > bench.clock.now)
      #expect(
        record.value("tenon_output_writes_total{name=\"card-1\",result=\"written\"}") == "1")
      #expect(
        record.value("tbot_task_iterations_total{service=\"card\",name=\"card-1\"}") == "1")
      #expect(
        record.value(
          "tbot_task_iterations_successful_bucket{service=\"card\",name=\"card-1\",le=\"0\"}")
          == "1")
      #expect(
        record.value("tenon_build_info{version=\"\(Version.product)\"}") == "1")
    }
  }

  @Test("is why it cannot join, and that it could not, while it tries")
  func refused() async throws {
    let refusal: (inout Bench) -> Void = { bench in
      for _ in 0..<3 { bench.cluster.refuse("join", RPCError(.accessDenied, "no such badge")) }
      bench.cluster.refuse("join", RPCError(.connectionProblem, "starting"))
    }
    try await withAgent(prepared: refusal) { _, record in
      await record.health.reported()
      #expect(record.health.one("identity")?.status == .healthy)
      let joins = "tenon_join_attempts_total{method=\"badge\",purpose=\"first\",result="
      #expect(record.value(joins + "\"refused\"}") == "3")
      #expect(record.value(joins + "\"accepted\"}") == "1")
    }
  }

  @Test("turns bad when the identity ends, even if nothing else happens")
  func ends() async throws {
    try await withAgent { bench, record in
      await record.health.reported()
      bench.clock.advance(86_400 * 2)
      let identity = record.health.one("identity")
      #expect(identity?.status == .unhealthy)
      #expect(identity?.reason == "the agent's own identity has ended and was not renewed")
      #expect(record.value("tenon_ready") == "0")
      #expect(record.value("tenon_service_healthy{name=\"identity\"}") == "0")
      #expect(record.value("tenon_service_healthy{name=\"card-1\"}") == "1")
    }
  }

  @Test("shows the reason of an output that fails, and counts the rounds that were given up")
  func failing() async throws {
    let denied: (inout Bench) -> Void = { bench in
      bench.cluster.refuse("certs", RPCError(.accessDenied, "no cards today"))
    }
    try await withAgent(prepared: denied) { _, record in
      await record.health.reported("card-1")
      #expect(record.health.one("card-1")?.status == .unhealthy)
      #expect(record.health.one("card-1")?.reason.contains("no cards today") == true)
      #expect(
        record.value("tbot_task_iterations_failed{service=\"card\",name=\"card-1\"}") == "1")
      #expect(
        record.value("tenon_output_writes_total{name=\"card-1\",result=\"written\"}") == "0")
      #expect(record.health.all().isHealthy == false)
    }
  }

  @Test(
    "says that a lock keeps it out, until the next join",
    arguments: [
      (RPCError(.accessDenied, "locked: stolen"), "1"),
      (RPCError(.accessDenied, "lock targeting JoinToken:\"gate\" is in force"), "1"),
      (RPCError(.accessDenied, "the way is blocked"), "0"),
      (RPCError(.connectionProblem, "the database is locked"), "0"),
    ])
  func locked(_ refusal: RPCError, _ value: String) async throws {
    try await Bench.with { bench in
      try await bench.withParts { parts in
        #expect(parts.record.value("tenon_locked") == "0")
        bench.cluster.refuse("join", refusal)
        _ = try await failure { try await parts.keeper.renew() }
        #expect(parts.record.value("tenon_locked") == value)
        try await parts.keeper.renew()
        #expect(parts.record.value("tenon_locked") == "0")
      }
    }
  }

  @Test("counts the sets of files that could not be written")
  func unwritable() async throws {
    try await Bench.with { bench in
      try await bench.withParts { parts in
        try await parts.keeper.renew()
        let blocked = bench.scratch.path("out")
        try FileManager.default.removeItem(atPath: blocked)
        try bench.scratch.write("out", "in the way")
        let output = try #require(parts.outputs.first)
        let identity = try await parts.keeper.usable()
        let refusal = try await failure { try await output.run(identity) }
        #expect(!refusal.message.isEmpty)
        #expect(
          parts.record.value("tenon_output_writes_total{name=\"card-1\",result=\"failed\"}") == "1"
        )
      }
    }
  }

  @Test("is heard at its address from the first moment until it stops")
  func listens() async throws {
    let address = try await Bench.diagnosticsPort()
    let answering: (inout Bench) -> Void = { $0.configuration.diagnostics = address }
    try await withAgent(prepared: answering) { bench, _ in
      var answered: Page?
      while answered == nil {
        answered = try? await fetchPage(address, path: "/wait", limit: .seconds(20))
        await Task.yield()
      }
      let page = try #require(answered)
      #expect(page.status == 200)
      let document = try JSON.parse(page.body)
      #expect(document["status"]?.string == "healthy")
      #expect(document["services"]?["card-1"]?["status"]?.string == "healthy")
      let metrics = try await fetchPage(address, path: "/metrics", limit: .seconds(20))
      #expect(metrics.contentType == "text/plain; version=0.0.4; charset=utf-8")
      #expect(metrics.body.count > 1000)
      #expect(!bench.log.line("INFO", "answering questions about this agent").isEmpty)
    }
    await #expect(throws: RPCError.self) {
      _ = try await fetchPage(address, path: "/livez", limit: .seconds(20))
    }
  }

  @Test("ends the start with a sentence, before anything is dialled, when its address is taken")
  func taken() async throws {
    let holder = PageServer(address: ServerAddress(host: "127.0.0.1", port: 0)) { _ in nil }
    let address = try await holder.start()
    try await Bench.with(isOneshot: false) { bench in
      var bench = bench
      bench.configuration.diagnostics = address
      let agent = try await bench.agent()
      let (requests, _) = AsyncStream.makeStream(of: Signals.Request.self)
      let error = try await failure { try await agent.run(requests) }
      #expect(error.message.hasPrefix("diag_addr: cannot listen on \(address)"))
      #expect(bench.cluster.events.isEmpty)
    }
    await holder.stop()
  }
}

extension Bench {
  /// An address on loopback that was free a moment ago.
  fileprivate static func diagnosticsPort() async throws -> ServerAddress {
    let server = PageServer(address: ServerAddress(host: "127.0.0.1", port: 0)) { _ in nil }
    let address = try await server.start()
    await server.stop()
    return address
  }
}
