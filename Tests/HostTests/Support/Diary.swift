import Synchronization

/// What happened, one line each, in order. A test can wait for it instead of for time to pass.
final class Diary: Sendable {
  typealias Condition = @Sendable (_ lines: [String]) -> Bool

  private struct State {
    var lines: [String] = []
    var waiting: [(condition: Condition, continuation: CheckedContinuation<Void, Never>)] = []
  }

  private let state = Mutex(State())

  var lines: [String] { state.withLock { $0.lines } }

  func write(_ line: String) {
    let reached = state.withLock { state in
      state.lines.append(line)
      let reached = state.waiting.filter { $0.condition(state.lines) }
      state.waiting.removeAll { $0.condition(state.lines) }
      return reached
    }
    for waiter in reached { waiter.continuation.resume() }
  }

  /// Returns once the condition holds; whoever waits in vain is ended by the time limit of the suite.
  func reaches(_ condition: @escaping Condition) async {
    await withCheckedContinuation { continuation in
      let isReached = state.withLock { state in
        if condition(state.lines) { return true }
        state.waiting.append((condition, continuation))
        return false
      }
      if isReached { continuation.resume() }
    }
  }

  func reaches(_ line: String, times: Int = 1) async {
    await reaches { lines in lines.count { $0 == line } >= times }
  }
}
