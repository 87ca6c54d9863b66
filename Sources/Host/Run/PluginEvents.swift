import Daemon
import PluginHost
import Synchronization

/// What an instance of this agent says on its own: its health goes to the record, its wish for a renewal
/// to those who renew.
final class PluginEvents: InstanceEvents {
  /// How often a log line may say that the health has changed.
  static let logInterval: UInt64 = 10_000_000_000

  private struct State {
    var health: Bool?
    var loggedAt: UInt64?
    var hasAskedInVain = false
  }

  private let service: String
  private let record: AgentRecord
  /// Nil for an agent that runs once.
  private let renewals: RenewalRequests?
  private let log: LineLog
  private let clock: any HostClock
  private let state = Mutex(State())

  /// - Parameter service: what the instance works for, as ``AgentRecord`` knows it.
  init(
    _ service: String, record: AgentRecord, renewals: RenewalRequests?, log: LineLog,
    clock: any HostClock
  ) {
    self.service = service
    self.record = record
    self.renewals = renewals
    self.log = log
    self.clock = clock
  }

  func health(isHealthy: Bool?, reason: String) {
    record.pluginSays(service, isHealthy: isHealthy, reason: reason)
    let now = clock.monotonicNanoseconds
    let isNews = state.withLock { state in
      guard state.health != isHealthy else { return false }
      state.health = isHealthy
      if let last = state.loggedAt, now < last + Self.logInterval { return false }
      state.loggedAt = now
      return true
    }
    guard isNews else { return }
    let fields = [("service", service)] + (reason.isEmpty ? [] : [("reason", reason)])
    switch isHealthy {
    case false: log.warning("a plugin says it is unhealthy", fields)
    case true: log.info("a plugin says it is healthy", fields)
    case nil: log.info("a plugin says it is not ready yet", fields)
    }
  }

  func requestRenewal() {
    guard let renewals else {
      record.pluginAsked(service, "ignored")
      let isFirst = state.withLock { state in
        defer { state.hasAskedInVain = true }
        return !state.hasAskedInVain
      }
      if isFirst {
        log.debug("a plugin asks for a renewal of an agent that runs once", [("service", service)])
      }
      return
    }
    let isFirst = renewals.ask()
    record.pluginAsked(service, isFirst ? "taken" : "merged")
    if isFirst { log.info("a plugin asks for a renewal", [("service", service)]) }
  }
}
