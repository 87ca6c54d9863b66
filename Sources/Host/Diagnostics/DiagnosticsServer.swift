import Daemon
import Wire

/// The agent's diagnostics listener.
struct DiagnosticsServer: Sendable {
  private let server: PageServer

  /// Opens the port of the configuration; nil when there is none.
  ///
  /// - Throws: when the port cannot be opened.
  static func open(
    _ configuration: AgentConfiguration, record: AgentRecord, log: LineLog
  ) async throws(AgentFailure) -> DiagnosticsServer? {
    guard let address = configuration.diagnostics else { return nil }
    let pages = DiagnosticPages(health: record.health, metrics: record.metrics) { record.measure() }
    let server = PageServer(address: address) { pages.answer($0) }
    do {
      let bound = try await server.start()
      log.info("answering questions about this agent", [("diag_addr", "\(bound)")])
    } catch {
      throw AgentFailure("diag_addr: \(error.message)", .local)
    }
    return DiagnosticsServer(server: server)
  }

  func close() async { await server.stop() }
}
