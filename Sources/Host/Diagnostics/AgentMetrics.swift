import Daemon

/// The measurements of an agent. `docs/metrics.md` explains each to operators.
enum AgentMetrics {
  static let buildInfo = MetricFamily(
    "tenon_build_info", .gauge, labels: ["version"], help: "Always 1; the label says what runs.")
  static let ready = MetricFamily(
    "tenon_ready", .gauge, help: "1 when every service is healthy, as /readyz says, else 0.")
  static let healthy = MetricFamily(
    "tenon_service_healthy", .gauge, labels: ["name"],
    help: "1 when the last run of the service went well and its plugin says nothing bad, else 0.")
  static let lastSuccess = MetricFamily(
    "tenon_service_last_success_timestamp_seconds", .gauge, labels: ["name"],
    help: "When the service last went well, in seconds since 1970.")
  static let joins = MetricFamily(
    "tenon_join_attempts_total", .counter, labels: ["method", "purpose", "result"],
    help: "Joins tried, renewals of the agent's own identity among them.")
  static let lastJoin = MetricFamily(
    "tenon_last_join_timestamp_seconds", .gauge,
    help: "When the agent last joined or renewed its identity, in seconds since 1970.")
  static let locked = MetricFamily(
    "tenon_locked", .gauge,
    help: "1 when the authority has last refused the agent because of a lock, else 0.")
  static let identityEnd = MetricFamily(
    "tenon_identity_expiry_timestamp_seconds", .gauge,
    help: "When the agent's own identity ends, in seconds since 1970.")
  static let generation = MetricFamily(
    "tenon_identity_generation", .gauge,
    help: "How many identities the bot instance of this agent has had.")
  static let writes = MetricFamily(
    "tenon_output_writes_total", .counter, labels: ["name", "result"],
    help: "Sets of files put into a destination.")
  static let renewalRequests = MetricFamily(
    "tenon_plugin_renewal_requests_total", .counter, labels: ["name", "result"],
    help: "Renewals that plugins of services have asked for.")
  static let allowanceUsed = MetricFamily(
    "tenon_allowance_used", .gauge, labels: ["method", "allowance"],
    help: "How often the agent has done what its join token allows a limited number of times.")
  static let allowanceLeft = MetricFamily(
    "tenon_allowance_left", .gauge, labels: ["method", "allowance"],
    help: "How often the agent may do that again, as it was told at its last join.")

  // The names that dashboards for this kind of agent know already.
  static let iterations = MetricFamily(
    "tbot_task_iterations_total", .counter, labels: ["service", "name"],
    help: "Rounds of a task that have ended, retries within a round not counted.")
  static let succeeded = MetricFamily(
    "tbot_task_iterations_successful", .histogram(bounds: [0, 1, 2, 3, 4, 5]),
    labels: ["service", "name"], help: "Rounds that succeeded, by the retries they took.")
  static let failed = MetricFamily(
    "tbot_task_iterations_failed", .counter, labels: ["service", "name"],
    help: "Rounds that were given up.")
  static let duration = MetricFamily(
    "tbot_task_iteration_duration_seconds",
    .histogram(bounds: [0.1, 0.175, 0.30625, 0.5359375, 0.937890625, 1.64130859375]),
    labels: ["service", "name"], help: "Time of a round with its retries, in seconds.")

  static let families =
    [
      buildInfo, ready, healthy, lastSuccess, joins, lastJoin, locked, identityEnd, generation,
      writes,
      renewalRequests, allowanceUsed, allowanceLeft, iterations, succeeded, failed, duration,
    ] + ProcessMetrics.families
}
