import Synchronization
import Testing

@testable import Host

@Suite("A task that is repeated", .timeLimit(.minutes(1)))
struct RunRetryTests {
  private let scratch: Scratch
  private let log: LogFile
  private let count = Counter()

  /// How often a body ran.
  private final class Counter: Sendable {
    private let value = Mutex(0)
    var now: Int { value.withLock { $0 } }
    func next() -> Int {
      value.withLock { value in
        value += 1
        return value
      }
    }
  }

  init() throws {
    scratch = try Scratch()
    log = LogFile(scratch)
  }

  private func loop(_ naps: Naps, attempts: Int = 4) -> RetryLoop {
    RetryLoop(
      name: "errand", interval: .seconds(1200), attempts: attempts, alarm: naps.alarm, log: log.log)
  }

  @Test("is tried until it succeeds, with growing pauses and a line for each failure")
  func succeedsLater() async throws {
    let naps = Naps()
    try await loop(naps).attempt { [count] () throws(AgentFailure) in
      if count.next() < 4 { throw AgentFailure("the door is shut", hint: "knock", .retry) }
    }
    #expect(count.now == 4)
    #expect(naps.durations.count == 3)
    for (pause, seconds) in zip(naps.durations, [1, 2, 4]) {
      #expect(pause <= .seconds(seconds) && pause >= .milliseconds(500 * seconds))
    }
    #expect(log.lines.count == 3)
    #expect(log.lines[0].contains("  WARN  task failed, trying again  task=errand  attempt=1"))
    #expect(log.lines[2].contains("attempt=3  limit=4"))
    #expect(log.lines[2].contains("error=\"the door is shut; knock\""))
  }

  @Test("is given up after its attempts, with the last failure")
  func givesUp() async throws {
    let naps = Naps()
    let error = try await failure {
      try await loop(naps).attempt { [count] () throws(AgentFailure) in
        throw AgentFailure("failure \(count.next())", .retry)
      }
    }
    #expect(error.message == "failure 4" && count.now == 4 && naps.durations.count == 3)
  }

  @Test(
    "is tried once when only a person can help", arguments: [AgentFailure.Remedy.local, .refused])
  func onlyOnce(remedy: AgentFailure.Remedy) async throws {
    let naps = Naps()
    _ = try await failure {
      try await loop(naps).attempt { [count] () throws(AgentFailure) in
        throw AgentFailure("failure \(count.next())", remedy)
      }
    }
    #expect(count.now == 1 && naps.durations.isEmpty && log.lines.isEmpty)
  }

  @Test("goes on at the next interval after a round that was given up")
  func nextInterval() async {
    let naps = Naps { $0 == .seconds(1200) }
    let alarm = naps.alarm
    let rounds = RetryLoop(
      name: "errand", interval: .seconds(1200), attempts: 2, alarm: alarm, log: log.log)
    let task = Task { [count] in
      await rounds.run(isFirstNow: true) { () throws(AgentFailure) in
        if count.next() <= 2 { throw AgentFailure("the door is shut", .retry) }
      }
    }
    await naps.diary.reaches("sleeps 1200.0 seconds")
    #expect(count.now == 2)
    #expect(log.line("ERROR", "giving up until the next interval").contains("task=errand"))
    alarm.wakeAll()
    await naps.diary.reaches("sleeps 1200.0 seconds", times: 2)
    #expect(count.now == 3)
    task.cancel()
    await task.value
  }

  @Test("waits for its first interval when it was done already")
  func firstLater() async {
    let naps = Naps { _ in true }
    let alarm = naps.alarm
    let rounds = RetryLoop(
      name: "errand", interval: .seconds(1200), attempts: 2, alarm: alarm, log: log.log)
    let task = Task { [count] in
      await rounds.run(isFirstNow: false) { () throws(AgentFailure) in _ = count.next() }
    }
    await naps.diary.reaches("sleeps 1200.0 seconds")
    #expect(count.now == 0)
    alarm.wakeAll()
    await naps.diary.reaches("sleeps 1200.0 seconds", times: 2)
    #expect(count.now == 1)
    task.cancel()
    await task.value
  }

  @Test("is repeated at once when everybody was woken while it ran")
  func wokenAtWork() async {
    let naps = Naps { _ in true }
    let alarm = naps.alarm
    let rounds = RetryLoop(
      name: "errand", interval: .seconds(1200), attempts: 2, alarm: alarm, log: log.log)
    let task = Task { [count] in
      await rounds.run(isFirstNow: true) { () throws(AgentFailure) in
        if count.next() == 1 { alarm.wakeAll() }
      }
    }
    await naps.diary.reaches("sleeps 1200.0 seconds")
    #expect(count.now == 2 && naps.durations.count == 1)
    task.cancel()
    await task.value
  }

  @Test("says nothing of a failure that came with being stopped")
  func stopped() async {
    let naps = Naps()
    let rounds = loop(naps)
    let task = Task {
      await rounds.run(isFirstNow: true) { () throws(AgentFailure) in
        withUnsafeCurrentTask { $0?.cancel() }
        throw AgentFailure("the call was cancelled", .retry)
      }
    }
    await task.value
    #expect(log.lines.isEmpty && naps.durations.isEmpty)
  }
}
