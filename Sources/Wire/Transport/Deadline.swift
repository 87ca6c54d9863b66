internal import Synchronization

/// Runs work with a limit, and answers at the limit even when the work does not heed its cancellation.
///
/// The work runs in its own task, which is cancelled at the limit and when the caller is cancelled.
func withDeadline<Value: Sendable>(
  _ limit: Duration, exceeded: RPCError, _ work: @escaping @Sendable () async throws -> Value
) async throws(RPCError) -> Value {
  let outcome = Outcome<Value>()
  let task = Task {
    do {
      outcome.settle(.success(try await work()))
    } catch {
      outcome.settle(.failure(RPCError(wrapping: error)))
    }
  }
  let timer = Task {
    try await Task.sleep(for: limit)
    outcome.settle(.failure(exceeded))
    task.cancel()
  }
  let result = await withTaskCancellationHandler {
    await outcome.value
  } onCancel: {
    task.cancel()
    outcome.settle(.failure(RPCError(.connectionProblem, "the call was cancelled")))
  }
  timer.cancel()
  return try result.get()
}

/// A result that is set once and awaited by one task.
final class Outcome<Value: Sendable>: Sendable {
  private enum State {
    case open
    case awaited(CheckedContinuation<Result<Value, RPCError>, Never>)
    case settled(Result<Value, RPCError>)
  }

  private let state = Mutex(State.open)

  /// Sets the result; later calls change nothing.
  func settle(_ result: Result<Value, RPCError>) {
    let waiter = state.withLock { state -> CheckedContinuation<Result<Value, RPCError>, Never>? in
      switch state {
      case .open:
        state = .settled(result)
        return nil
      case .awaited(let waiter):
        state = .settled(result)
        return waiter
      case .settled: return nil
      }
    }
    waiter?.resume(returning: result)
  }

  /// The result, if it is set already.
  var settled: Result<Value, RPCError>? {
    state.withLock { if case .settled(let result) = $0 { result } else { nil } }
  }

  /// The result, once it is set. One task only.
  var value: Result<Value, RPCError> {
    get async {
      await withCheckedContinuation { continuation in
        let settled = state.withLock { state -> Result<Value, RPCError>? in
          if case .settled(let result) = state { return result }
          state = .awaited(continuation)
          return nil
        }
        if let settled { continuation.resume(returning: settled) }
      }
    }
  }
}
