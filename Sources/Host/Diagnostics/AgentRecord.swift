import Credentials
import Daemon
import PluginHost

/// What one run of the agent knows of itself: its measurements, and how its services do.
final class AgentRecord: Sendable {
  private enum OwnTask: String { case heartbeat, identity }

  /// Names of the agent's own tasks among the services.
  static let identity = OwnTask.identity.rawValue
  static let heartbeat = OwnTask.heartbeat.rawValue

  let metrics = Metrics(AgentMetrics.families)
  let health: HealthBoard
  private let clock: any HostClock
  private let method: String
  private let startedAt: Int64

  init(_ configuration: AgentConfiguration, clock: any HostClock) {
    self.clock = clock
    method = configuration.onboarding?.joinMethod ?? ""
    startedAt = clock.wallNanoseconds / 1_000_000_000
    let services = configuration.services.map(\.name)
    health = HealthBoard(services + [Self.identity, Self.heartbeat], clock: clock)
    metrics.set(AgentMetrics.buildInfo, Version.product, to: 1)
    metrics.set(AgentMetrics.locked, to: 0)
    for purpose in JoinParameters.Purpose.every {
      for result in ["accepted"] + AgentFailure.Remedy.every.map(\.joinResult) {
        metrics.add(0, to: AgentMetrics.joins, method, purpose.word, result)
      }
    }
    for service in services + [Self.identity] {
      for result in ["taken", "merged", "ignored"] {
        metrics.add(0, to: AgentMetrics.renewalRequests, service, result)
      }
    }
    for service in services {
      for result in ["written", "failed"] {
        metrics.add(0, to: AgentMetrics.writes, service, result)
      }
    }
  }

  /// One task that is repeated.
  func task(type: String, name: String) -> TaskRecord {
    TaskRecord(record: self, type: type, name: name, clock: clock)
  }

  /// The agent holds an identity, new or stored.
  func holds(_ identity: StoredIdentity) {
    let end = identity.validity.notAfter
    metrics.set(AgentMetrics.identityEnd, to: Double(end))
    metrics.set(AgentMetrics.generation, to: Double(identity.identity.generation))
  }

  /// The identity is as good as it can be now.
  func identityIsGood(_ identity: StoredIdentity) {
    holds(identity)
    health.healthy(
      Self.identity, until: identity.validity.notAfter,
      endReason: "the agent's own identity has ended and was not renewed")
  }

  func joined(_ purpose: JoinParameters.Purpose, as identity: StoredIdentity) {
    metrics.add(to: AgentMetrics.joins, method, purpose.word, "accepted")
    metrics.set(AgentMetrics.lastJoin, to: Double(clock.wallNanoseconds / 1_000_000_000))
    metrics.set(AgentMetrics.locked, to: 0)
    identityIsGood(identity)
  }

  func joinFailed(_ purpose: JoinParameters.Purpose, _ failure: AgentFailure) {
    metrics.add(to: AgentMetrics.joins, method, purpose.word, failure.remedy.joinResult)
    refused(failure)
    identityFailed(failure)
  }

  /// Something failed; a lock among the reasons is noted.
  func refused(_ failure: AgentFailure) {
    if failure.tellsOfLock { metrics.set(AgentMetrics.locked, to: 1) }
  }

  func identityFailed(_ failure: AgentFailure) {
    health.unhealthy(Self.identity, failure.description)
  }

  /// What the authority said at the last join of what the agent may do a limited number of times.
  func holds(_ allowances: [Allowance]) {
    metrics.replace(
      AgentMetrics.allowanceUsed, with: allowances.map { ([method, $0.name], Double($0.used)) })
    metrics.replace(
      AgentMetrics.allowanceLeft,
      with: allowances.compactMap { allowance in
        allowance.left.map { ([method, allowance.name], Double($0)) }
      })
  }

  /// What the plugin of a service says of its health: yes, no, or not yet.
  func pluginSays(_ service: String, isHealthy: Bool?, reason: String) {
    let status: ServiceHealth.Status =
      switch isHealthy {
      case true: .healthy
      case false: .unhealthy
      case nil: .initializing
      }
    health.says(service, status, reason)
  }

  /// The plugin of a service has asked for a renewal.
  ///
  /// - Parameter result: `taken`, `merged` with a request that waits, or `ignored`.
  func pluginAsked(_ service: String, _ result: String) {
    metrics.add(to: AgentMetrics.renewalRequests, service, result)
  }

  func wrote(_ service: String, _ succeeded: Bool) {
    metrics.add(to: AgentMetrics.writes, service, succeeded ? "written" : "failed")
  }

  /// Brings what is not counted as it happens up to date.
  func measure() {
    let (isHealthy, services) = health.all()
    metrics.set(AgentMetrics.ready, to: isHealthy ? 1 : 0)
    for (name, health) in services {
      metrics.set(AgentMetrics.healthy, name, to: health.status == .healthy ? 1 : 0)
    }
    ProcessMetrics.measure(into: metrics, startedAt: startedAt)
  }
}

extension JoinParameters.Purpose {
  fileprivate static let every: [Self] = [.first, .refresh, .recovery]

  fileprivate var word: String {
    switch self {
    case .first: "first"
    case .refresh: "refresh"
    case .recovery: "recovery"
    }
  }
}

extension AgentFailure.Remedy {
  fileprivate static let every: [Self] = [.retry, .refused, .local]

  /// The value of the label `result`.
  fileprivate var joinResult: String {
    switch self {
    case .retry: "unavailable"
    case .refused: "refused"
    case .local: "failed"
    }
  }
}
