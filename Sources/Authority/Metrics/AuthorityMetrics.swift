import Daemon

/// The measurements of an authority. `docs/metrics.md` explains each to operators.
enum AuthorityMetrics {
  static let buildInfo = MetricFamily(
    "tenond_build_info", .gauge, labels: ["version"], help: "Always 1; the label says what runs.")
  static let ready = MetricFamily(
    "tenond_ready", .gauge, help: "1 when every part is healthy, as /readyz says, else 0.")
  static let healthy = MetricFamily(
    "tenond_service_healthy", .gauge, labels: ["name"],
    help: "1 when the part of the authority is healthy, else 0.")
  static let joins = MetricFamily(
    "tenond_join_attempts_total", .counter, labels: ["method", "result", "reason"],
    help: "Joins that have ended, renewals of bots among them.")
  static let joinDuration = MetricFamily(
    "tenond_join_duration_seconds",
    .histogram(bounds: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]),
    labels: ["method"], help: "Time from a join's first message to its end, in seconds.")
  static let lastJoin = MetricFamily(
    "tenond_last_join_timestamp_seconds", .gauge, labels: ["bot", "method"],
    help: "When the bot last joined or renewed, in seconds since 1970.")
  static let allowanceUsed = MetricFamily(
    "tenond_allowance_used", .gauge, labels: ["bot", "method", "allowance"],
    help: "How often the bot has done what its token allows a limited number of times.")
  static let allowanceLeft = MetricFamily(
    "tenond_allowance_left", .gauge, labels: ["bot", "method", "allowance"],
    help: "How often the bot may do that again; of several tokens, the one with the least.")
  static let allowanceFailures = MetricFamily(
    "tenond_allowance_failures_total", .counter, labels: ["method"],
    help: "Times a join method could not say what a token allows.")
  static let locks = MetricFamily(
    "tenond_locks", .gauge, labels: ["target"], help: "Locks that are in force.")
  static let certificates = MetricFamily(
    "tenond_certificates_issued_total", .counter, labels: ["kind"], help: "Certificates signed.")
  static let calls = MetricFamily(
    "tenond_api_calls_total", .counter, labels: ["call", "result"],
    help: "Calls of the API that have ended; joins are counted apart.")
  static let auditFailures = MetricFamily(
    "tenond_audit_failures_total", .counter, help: "Lines the audit log has lost.")

  static let families =
    [
      buildInfo, ready, healthy, joins, joinDuration, lastJoin, allowanceUsed, allowanceLeft,
      allowanceFailures, locks, certificates, calls, auditFailures,
    ] + ProcessMetrics.families
}
