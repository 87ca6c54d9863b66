import Synchronization

/// Pauses that an operator's signal can end early.
final class Alarm: Sendable {
  private struct State {
    var generation: UInt64 = 0
    var nextID: UInt64 = 0
    var sleepers: [UInt64: AsyncStream<Void>.Continuation] = [:]
    var parts: [Alarm] = []
  }

  private let state = Mutex(State())
  private let sleep: @Sendable (Duration) async throws -> Void

  init(
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) {
    self.sleep = sleep
  }

  /// An alarm for some: those who pause there are woken with everybody here, and can be woken alone.
  func part() -> Alarm {
    let part = Alarm(sleep: sleep)
    state.withLock { $0.parts.append(part) }
    return part
  }

  /// How many times everybody was woken so far.
  var generation: UInt64 { state.withLock { $0.generation } }

  /// Waits, unless somebody was woken since `generation`; ends early when the task is cancelled.
  func pause(_ duration: Duration, since generation: UInt64) async {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
    let id = state.withLock { state -> UInt64? in
      guard state.generation == generation else { return nil }
      state.nextID += 1
      state.sleepers[state.nextID] = continuation
      return state.nextID
    }
    guard let id else { return }
    let timer = Task {
      try? await sleep(duration)
      continuation.finish()
    }
    for await _ in stream { break }
    timer.cancel()
    state.withLock { _ = $0.sleepers.removeValue(forKey: id) }
  }

  /// Ends every pause now, and the next pause of everybody who is at work.
  func wakeAll() {
    let (sleepers, parts) = state.withLock { state in
      state.generation += 1
      return (Array(state.sleepers.values), state.parts)
    }
    for sleeper in sleepers { sleeper.finish() }
    for part in parts { part.wakeAll() }
  }
}
