import Daemon
import Documents
import Synchronization
import Testing
import Wire

@testable import Host

@Suite("Anonymous telemetry")
struct RunStartReportTests {
  private let scratch: Scratch
  private let log: LogFile
  private let clock = ManualClock()

  init() throws {
    scratch = try Scratch()
    log = LogFile(scratch, isVerbose: true)
  }

  private static let on = [
    StartReporter.switchName: "1", StartReporter.addressName: "https://collector.example/in",
  ]

  /// What is sent where for an agent with these variables.
  private func sent(
    _ variables: [String: String], failing error: RPCError? = nil,
    _ change: (inout AgentConfiguration) -> Void = { _ in }
  ) async throws -> [(collector: String, document: String)] {
    let posted = Mutex<[(collector: String, document: String)]>([])
    var reporter = StartReporter(
      environment: { variables[$0] }, log: log.log, clock: clock, makeID: { "an-id" })
    reporter.post = { document, collector async throws(RPCError) in
      posted.withLock { $0.append(("\(collector)", String(decoding: document, as: UTF8.self))) }
      if let error { throw error }
    }
    var configuration = try World().read(
      """
      version: v2
      proxy_server: secret.example:443
      onboarding: {join_method: ticket, token: abcdef}
      services:
        - {type: cards, name: one, destination: /opt/one}
        - {type: cards, name: two, destination: /opt/two}
      """)
    change(&configuration)
    await reporter.report(configuration)?.value
    return posted.withLock { $0 }
  }

  @Test("says that an agent started, and nothing of who it is or whom it works for")
  func content() async throws {
    let sent = try await sent(Self.on)
    #expect(sent.map(\.collector) == ["https://collector.example:443/in"])
    let time = LineLog.timestamp(clock.wallNanoseconds)
    #expect(
      sent.first?.document
        == #"{"distinctId":"an-id","timestamp":"\#(time)","start":{"runMode":"RUN_MODE_DAEMON","#
        + #""version":"\#(Version.product)","joinType":"ticket","helper":"","helperVersion":"","#
        + #""destinationsOther":2}}"#)
    #expect(log.line("DEBUG", "this start was reported").contains("collector=https://collector."))
  }

  @Test("names the helper that runs the agent, and a run that is made once")
  func helper() async throws {
    var variables = Self.on
    variables["_TBOT_TELEMETRY_HELPER"] = "ci\u{1B}-action" + String(repeating: "x", count: 100)
    variables["_TBOT_TELEMETRY_HELPER_VERSION"] = "1.2"
    let sent = try await sent(variables) {
      $0.isOneshot = true
      $0.onboarding = nil
    }
    let start = try JSON.parse(Array(try #require(sent.first).document.utf8))["start"]
    #expect(start?["runMode"]?.string == "RUN_MODE_ONE_SHOT" && start?["joinType"]?.string == "")
    #expect(start?["helper"]?.string == "ci?-action" + String(repeating: "x", count: 54))
    #expect(start?["helperVersion"]?.string == "1.2")
  }

  @Test("is a new number at every start")
  func random() {
    let reporter = StartReporter(environment: { _ in nil }, log: log.log)
    #expect(Set((0..<10).map { _ in reporter.makeID() }).count == 10)
  }

  @Test(
    "is off unless it is asked for, and then does not even look for an address",
    arguments: [nil, "", "0", "f", "F", "false", "FALSE", "False"])
  func off(_ value: String?) async throws {
    var variables = [StartReporter.addressName: "https://collector.example"]
    variables[StartReporter.switchName] = value
    #expect(try await sent(variables).isEmpty)
    #expect(try await sent([StartReporter.addressName: "nonsense"]).isEmpty)
    #expect(log.lines.isEmpty)
  }

  @Test(
    "is on for everything that stands for true", arguments: ["1", "t", "T", "true", "TRUE", "True"])
  func on(_ value: String) async throws {
    #expect(
      try await sent(Self.on.merging([StartReporter.switchName: value]) { $1 }).count == 1)
  }

  @Test(
    "is off, with a warning, for what is neither true nor false",
    arguments: ["yes", "on", "2", " 1", "tRUE"])
  func unparsable(_ value: String) async throws {
    #expect(
      try await sent(Self.on.merging([StartReporter.switchName: value]) { $1 }).isEmpty)
    #expect(log.line("WARN", "TELEPORT_ANONYMOUS_TELEMETRY is").contains("neither true nor false"))
  }

  @Test("goes nowhere without an address, and says so", arguments: [nil, ""])
  func nowhere(_ address: String?) async throws {
    var variables = [StartReporter.switchName: "1"]
    variables[StartReporter.addressName] = address
    #expect(try await sent(variables).isEmpty)
    #expect(
      log.line("INFO", "anonymous telemetry is on, but nothing is sent")
        .hasSuffix("TELEPORT_ANONYMOUS_TELEMETRY_ADDRESS is not set"))
  }

  @Test("goes nowhere with a wrong address, and says so", arguments: ["http://a", "collector:443"])
  func wrong(_ address: String) async throws {
    #expect(
      try await sent(Self.on.merging([StartReporter.addressName: address]) { $1 }).isEmpty)
    #expect(
      log.line("WARN", "anonymous telemetry is on, but nothing is sent").contains("https://host"))
  }

  @Test("is a warning when it fails, and no more")
  func failure() async throws {
    let error = RPCError(.connectionProblem, "collector.example:443 is not there")
    #expect(try await sent(Self.on, failing: error).count == 1)
    #expect(log.line("WARN", "this start was not reported").contains("is not there"))
  }
}
