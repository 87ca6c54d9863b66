internal import Synchronization

/// A bounded queue between one producer and one consumer; it ends once, with or without an error.
final class Mailbox<Element: Sendable>: Sendable {
  private struct State {
    var queue: [Element] = []
    var end: Result<Void, RPCError>?
    var waiter: CheckedContinuation<Result<Element?, RPCError>, Never>?
  }

  private let state = Mutex(State())
  private let capacity: Int
  private let overflow: RPCError

  /// Creates a mailbox for at most `capacity` waiting elements; one more ends it with `overflow`.
  init(capacity: Int, overflow: RPCError) {
    self.capacity = capacity
    self.overflow = overflow
  }

  /// Adds an element. After the end it is dropped.
  func put(_ element: Element) {
    let waiter = state.withLock {
      state -> CheckedContinuation<Result<Element?, RPCError>, Never>? in
      guard state.end == nil else { return nil }
      if let waiter = state.waiter {
        state.waiter = nil
        return waiter
      }
      if state.queue.count < capacity {
        state.queue.append(element)
      } else {
        state.end = .failure(overflow)
      }
      return nil
    }
    waiter?.resume(returning: .success(element))
  }

  /// Ends the mailbox. Elements that wait are still delivered; the first end counts.
  func finish(_ end: Result<Void, RPCError> = .success(())) {
    let waiter = state.withLock {
      state -> CheckedContinuation<Result<Element?, RPCError>, Never>? in
      guard state.end == nil else { return nil }
      state.end = end
      let waiter = state.waiter
      state.waiter = nil
      return waiter
    }
    waiter?.resume(returning: end.map { nil })
  }

  /// The next element; nil at an end without error. A cancelled caller ends the mailbox.
  func take() async throws(RPCError) -> Element? {
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let ready = state.withLock { state -> Result<Element?, RPCError>? in
          if !state.queue.isEmpty { return .success(state.queue.removeFirst()) }
          if let end = state.end { return end.map { nil } }
          guard state.waiter == nil else {
            return .failure(RPCError(.badParameter, "two tasks read the same stream"))
          }
          state.waiter = continuation
          return nil
        }
        if let ready { continuation.resume(returning: ready) }
      }
    } onCancel: {
      finish(.failure(RPCError(.connectionProblem, "the stream was cancelled", fault: .closed)))
    }
    return try result.get()
  }
}
