import Daemon
import PluginHost

/// What is noted of one task that is repeated.
struct TaskRecord: Sendable {
  let record: AgentRecord
  /// Type of the service, or what the agent calls its own tasks.
  let type: String
  let name: String
  let clock: any HostClock

  /// The identity's health is reported by whoever holds it, who knows when it ends.
  private var reportsHealth: Bool { name != AgentRecord.identity }

  /// A moment to pass to ``succeeded(since:retries:)``.
  var now: UInt64 { clock.monotonicNanoseconds }

  /// One try failed; another may follow.
  func tryFailed(_ failure: AgentFailure) {
    record.refused(failure)
    if reportsHealth { record.health.unhealthy(name, failure.description) }
  }

  func gaveUp(since start: UInt64) {
    record.metrics.add(to: AgentMetrics.failed, type, name)
    ended(since: start)
  }

  func succeeded(since start: UInt64, retries: Int) {
    record.metrics.observe(Double(retries), in: AgentMetrics.succeeded, type, name)
    record.metrics.set(
      AgentMetrics.lastSuccess, name, to: Double(clock.wallNanoseconds / 1_000_000_000))
    if reportsHealth { record.health.healthy(name) }
    ended(since: start)
  }

  private func ended(since start: UInt64) {
    record.metrics.add(to: AgentMetrics.iterations, type, name)
    record.metrics.observe(
      Double(now - start) / 1_000_000_000, in: AgentMetrics.duration, type, name)
  }
}
