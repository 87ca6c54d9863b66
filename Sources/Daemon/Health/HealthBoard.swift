public import PluginHost
import Synchronization

/// The health of every service of a process. May be used from any thread.
public final class HealthBoard: Sendable {
  private struct State {
    /// How the runs of each service go.
    var services: [String: ServiceHealth]
    /// What the plugin of a service says of itself, unless that is nothing bad.
    var said: [String: ServiceHealth] = [:]
    var waiters: [UInt64: AsyncStream<Void>.Continuation] = [:]
    var nextID: UInt64 = 0

    /// A service's health at a moment; nil when there is none of that name.
    func health(_ service: String, at now: Int64) -> ServiceHealth? {
      guard let run = services[service]?.at(now) else { return nil }
      guard var said = said[service], run.status != .unhealthy else { return run }
      said.updatedAt = max(said.updatedAt ?? 0, run.updatedAt ?? 0)
      return said
    }
  }

  private let state: Mutex<State>
  private let clock: any HostClock
  /// Names of the services, sorted.
  public let names: [String]

  public init(_ services: [String], clock: any HostClock) {
    names = services.sorted()
    self.clock = clock
    state = Mutex(
      State(services: Dictionary(services.map { ($0, .unknown) }, uniquingKeysWith: { $1 })))
  }

  /// The last run of a service went well.
  ///
  /// - Parameters:
  ///   - end: seconds since 1970 until which that holds at most, for what expires.
  ///   - endReason: why it is unhealthy after that.
  public func healthy(_ service: String, until end: Int64? = nil, endReason: String = "") {
    report(
      service, ServiceHealth(status: .healthy, reason: "", end: end, endReason: endReason))
  }

  /// The last run of a service failed.
  ///
  /// - Parameter reason: for people; cut to 256 characters. Never a secret.
  public func unhealthy(_ service: String, _ reason: String) {
    report(service, ServiceHealth(status: .unhealthy, reason: String(reason.prefix(256))))
  }

  /// What the plugin of a service says of itself, beside how the runs of the service go: the worse of both
  /// counts. It holds until the plugin says something else.
  ///
  /// - Parameter reason: for people; cut to 256 characters.
  public func says(_ service: String, _ status: ServiceHealth.Status, _ reason: String) {
    let words =
      switch status {
      case .healthy: ""
      case .initializing: "the plugin is not ready yet"
      case .unhealthy: "the plugin is not well"
      }
    let text = reason.isEmpty ? words : "\(words): \(reason)"
    var health = ServiceHealth(status: status, reason: String(text.prefix(256)))
    health.updatedAt = clock.wallNanoseconds
    change { state in
      guard state.services[service] != nil else { return false }
      let before = state.said[service]
      state.said[service] = status == .healthy ? nil : health
      return before?.status != state.said[service]?.status
    }
  }

  /// Every service with its health now; the whole is healthy when all are.
  public func all() -> (isHealthy: Bool, services: [(name: String, health: ServiceHealth)]) {
    let now = clock.wallNanoseconds
    let services = state.withLock { state in
      names.map { ($0, state.health($0, at: now) ?? .unknown) }
    }
    return (services.allSatisfy { $0.1.status == .healthy }, services)
  }

  /// One service; nil when there is none of that name.
  public func one(_ service: String) -> ServiceHealth? {
    let now = clock.wallNanoseconds
    return state.withLock { $0.health(service, at: now) }
  }

  /// Returns once a service has reported, or every one when `service` is nil, or the task is cancelled.
  public func reported(_ service: String? = nil) async {
    while !Task.isCancelled {
      let now = clock.wallNanoseconds
      let (changes, continuation) = AsyncStream.makeStream(of: Void.self)
      let id = state.withLock { state -> UInt64? in
        let asked = service.map { [$0] } ?? names
        guard asked.contains(where: { state.health($0, at: now)?.status == .initializing })
        else {
          return nil
        }
        state.nextID += 1
        state.waiters[state.nextID] = continuation
        return state.nextID
      }
      guard let id else { return }
      for await _ in changes { break }
      state.withLock { _ = $0.waiters.removeValue(forKey: id) }
    }
  }

  private func report(_ service: String, _ health: ServiceHealth) {
    var health = health
    health.updatedAt = clock.wallNanoseconds
    change { state in
      guard state.services[service] != nil else { return false }
      state.services[service] = health
      return true
    }
  }

  /// Changes the state, and lets who waits look again if `body` says so.
  private func change(_ body: (inout State) -> Bool) {
    let waiters = state.withLock { body(&$0) ? Array($0.waiters.values) : [] }
    for waiter in waiters { waiter.finish() }
  }
}
