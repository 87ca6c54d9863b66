import Daemon
import PluginHost
import Wire

/// What a running authority knows of itself: its measurements, and how its parts do.
final class AuthorityRecord: Sendable {
  /// Parts of the authority, as `/readyz` calls them.
  enum Part: String, CaseIterable {
    case admin, audit, database, listener
  }

  let metrics = Metrics(AuthorityMetrics.families)
  let health: HealthBoard
  let clock: any HostClock
  private let startedAt: Int64

  init(clock: any HostClock) {
    self.clock = clock
    startedAt = clock.wallNanoseconds / 1_000_000_000
    health = HealthBoard(Part.allCases.map(\.rawValue), clock: clock)
    metrics.set(AuthorityMetrics.buildInfo, Version.product, to: 1)
    for kind in ["ssh", "tls"] { metrics.add(0, to: AuthorityMetrics.certificates, kind) }
  }

  /// Makes the series of a join method visible before its first join.
  func serves(_ method: String) {
    metrics.add(0, to: AuthorityMetrics.joins, method, "accepted", "none")
    for code in [RPCError.Code.accessDenied, .badParameter] {
      metrics.add(0, to: AuthorityMetrics.joins, method, "refused", code.label)
    }
    metrics.add(0, to: AuthorityMetrics.joins, method, "error", RPCError.Code.unknown.label)
    metrics.add(0, to: AuthorityMetrics.allowanceFailures, method)
  }

  /// A join has ended.
  ///
  /// - Parameter since: monotonic nanoseconds of its first message.
  func joined(_ facts: JoinFacts, _ refusal: JoinRefusal?, since start: UInt64) {
    let method = facts.method.isEmpty ? "unknown" : facts.method
    let code = refusal?.shown.code
    let result = code.map { $0.isVerdict ? "refused" : "error" } ?? "accepted"
    metrics.add(to: AuthorityMetrics.joins, method, result, code?.label ?? "none")
    let seconds = Double(clock.monotonicNanoseconds - start) / 1_000_000_000
    metrics.observe(seconds, in: AuthorityMetrics.joinDuration, method)
    if refusal == nil { lastJoin(facts.bot, method, clock.wallNanoseconds / 1_000_000_000) }
  }

  func lastJoin(_ bot: String, _ method: String, _ seconds: Int64) {
    metrics.set(AuthorityMetrics.lastJoin, bot, method, to: Double(seconds))
  }

  /// A call of the API has ended.
  func called(_ call: String, _ error: RPCError?) {
    metrics.add(to: AuthorityMetrics.calls, call, error?.code.label ?? "ok")
  }

  func issued(_ kind: String) { metrics.add(to: AuthorityMetrics.certificates, kind) }

  /// A line of the audit log was written, or lost for a reason.
  func audited(_ problem: String?) {
    if problem != nil { metrics.add(to: AuthorityMetrics.auditFailures) }
    part(.audit, problem)
  }

  /// How a part does: well, or not for a reason.
  func part(_ part: Part, _ problem: String?) {
    if let problem {
      health.unhealthy(part.rawValue, problem)
    } else {
      health.healthy(part.rawValue)
    }
  }

  /// Brings what is not counted as it happens up to date.
  func measure() {
    let (isHealthy, parts) = health.all()
    metrics.set(AuthorityMetrics.ready, to: isHealthy ? 1 : 0)
    for (name, health) in parts {
      metrics.set(AuthorityMetrics.healthy, name, to: health.status == .healthy ? 1 : 0)
    }
    ProcessMetrics.measure(into: metrics, startedAt: startedAt)
  }
}

extension RPCError.Code {
  /// Whether the authority has judged, rather than failed.
  fileprivate var isVerdict: Bool {
    switch self {
    case .accessDenied, .alreadyExists, .badParameter, .notFound, .notImplemented: true
    case .compareFailed, .connectionProblem, .limitExceeded, .unknown: false
    }
  }

  /// The value of a label.
  fileprivate var label: String {
    switch self {
    case .accessDenied: "access_denied"
    case .alreadyExists: "already_exists"
    case .badParameter: "bad_parameter"
    case .compareFailed: "conflict"
    case .connectionProblem: "disconnected"
    case .limitExceeded: "limit"
    case .notFound: "not_found"
    case .notImplemented: "not_implemented"
    case .unknown: "internal"
    }
  }
}
