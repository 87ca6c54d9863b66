import CLinux
import Daemon

/// Repeats a task at an interval for as long as the agent runs; one task's trouble is nobody else's.
struct RetryLoop: Sendable {
  let name: String
  let interval: Duration
  let attempts: Int
  let alarm: Alarm
  let log: LineLog
  /// Where each round is noted; nil for nowhere.
  var record: TaskRecord?

  /// Runs until the surrounding task is cancelled.
  ///
  /// - Parameters:
  ///   - isFirstNow: whether the first round comes before the first interval.
  ///   - generation: of the alarm, when whoever may wake this task could do so first; nil: only now.
  func run(
    isFirstNow: Bool, since generation: UInt64? = nil,
    _ body: @Sendable () async throws(AgentFailure) -> Void
  ) async {
    var seen = generation ?? alarm.generation
    if !isFirstNow { await alarm.pause(interval, since: seen) }
    while !Task.isCancelled {
      seen = alarm.generation
      do throws(AgentFailure) {
        try await attempt(body)
      } catch {
        if Task.isCancelled { return }
        log.error(
          "giving up until the next interval",
          [("task", name), ("error", error.description)])
      }
      tenon_rest()
      await alarm.pause(interval, since: seen)
    }
  }

  /// One round: up to ``attempts`` tries. What only a person can mend is tried once.
  func attempt(
    _ body: @Sendable () async throws(AgentFailure) -> Void
  ) async throws(AgentFailure) {
    var backoff = Backoff()
    let start = record?.now ?? 0
    for attempt in 1... {
      do throws(AgentFailure) {
        try await body()
        record?.succeeded(since: start, retries: attempt - 1)
        return
      } catch {
        guard !Task.isCancelled else { throw error }
        record?.tryFailed(error)
        guard error.remedy == .retry, attempt < attempts else {
          record?.gaveUp(since: start)
          throw error
        }
        let pause = backoff.next()
        log.warning(
          "task failed, trying again",
          [
            ("task", name), ("attempt", "\(attempt)"), ("limit", "\(attempts)"),
            ("pause", "\(pause)"), ("error", error.description),
          ])
        await alarm.pause(pause, since: alarm.generation)
        if Task.isCancelled { throw error }
      }
    }
  }
}
