import Daemon

@testable import Host

extension Bench {
  /// Runs an agent that is to keep running until `body` returns, and then stops it.
  func whileRunning(
    _ body: (AgentRecord, AsyncStream<Signals.Request>.Continuation) async throws -> Void
  ) async throws {
    let agent = try await agent()
    let (requests, signals) = AsyncStream.makeStream(of: Signals.Request.self)
    async let run: Void = agent.run(requests)
    do {
      try await body(agent.parts.record, signals)
    } catch {
      // The agent heeds a stop; it would outlive a cancelled test.
      signals.yield(.stop)
      try? await run
      throw error
    }
    signals.yield(.stop)
    try await run
  }
}

extension AgentRecord {
  /// The value of a series as Prometheus reads it.
  func value(_ series: String) -> String? {
    measure()
    let lines = String(decoding: metrics.text(), as: UTF8.self).split(separator: "\n")
    return lines.first { $0.hasPrefix(series + " ") }?.split(separator: " ").last.map(String.init)
  }
}
