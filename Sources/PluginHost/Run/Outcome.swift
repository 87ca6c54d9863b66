import Synchronization

/// The result of one call, settled once, by the call itself or by its deadline.
final class Outcome<Value: Sendable>: Sendable {
  private enum State {
    case open
    case awaited(CheckedContinuation<Result<Value, PluginFailure>, Never>)
    case settled(Result<Value, PluginFailure>)
  }

  private let state = Mutex(State.open)

  /// Returns whether this was the first settlement.
  @discardableResult
  func settle(_ result: Result<Value, PluginFailure>) -> Bool {
    let (isFirst, waiter) = state.withLock {
      state -> (Bool, CheckedContinuation<Result<Value, PluginFailure>, Never>?) in
      switch state {
      case .open:
        state = .settled(result)
        return (true, nil)
      case .awaited(let waiter):
        state = .settled(result)
        return (true, waiter)
      case .settled:
        return (false, nil)
      }
    }
    waiter?.resume(returning: result)
    return isFirst
  }

  var value: Result<Value, PluginFailure> {
    get async {
      await withCheckedContinuation { continuation in
        let early: Result<Value, PluginFailure>? = state.withLock { state in
          if case .settled(let result) = state { return result }
          state = .awaited(continuation)
          return nil
        }
        if let early { continuation.resume(returning: early) }
      }
    }
  }

  /// The result when there is one already.
  var settled: Result<Value, PluginFailure>? {
    state.withLock { state in
      if case .settled(let result) = state { return result }
      return nil
    }
  }
}
