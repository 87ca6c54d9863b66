import Glibc
import Synchronization

/// The one thread all calls of an instance run on: in order, never two at a time, always the same
/// thread. A call that outlives its deadline and a grace period leaves the instance stuck: its caller
/// gets an error, later calls are refused, and what the thread may still touch is never freed.
final class InstanceThread: Sendable {
  private struct State {
    var jobs: [@Sendable () -> Void] = []
    var isClosed = false
    var isStuck = false
  }

  /// How long past its deadline a call may run before its instance counts as stuck.
  static let grace: Duration = .milliseconds(500)

  private let state = Mutex(State())
  private let ready = Semaphore()
  let pluginID: String

  init(pluginID: String) {
    self.pluginID = pluginID
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    var thread = pthread_t()
    let context = Unmanaged.passRetained(self).toOpaque()
    let status = pthread_create(
      &thread, &attributes,
      { context in
        guard let context else { return nil }
        Unmanaged<InstanceThread>.fromOpaque(context).takeRetainedValue().work()
        return nil
      }, context)
    pthread_attr_destroy(&attributes)
    if status != 0 {
      Unmanaged<InstanceThread>.fromOpaque(context).release()
      state.withLock { $0.isStuck = true }
    }
  }

  private func work() {
    while true {
      ready.wait()
      let job: (@Sendable () -> Void)?? = state.withLock { state in
        if !state.jobs.isEmpty { return .some(state.jobs.removeFirst()) }
        return state.isClosed ? .some(nil) : .none
      }
      switch job {
      case .some(.some(let job)): job()
      case .some(.none): return
      case .none: continue
      }
    }
  }

  /// Runs `body` on the instance's thread and waits for it at most until the deadline plus grace.
  ///
  /// - Throws: what `body` throws; `timedOut` when it did not return, `busy` when the instance is
  ///   stuck from an earlier call, `cancelled` when it was closed.
  func run<Output: Sendable>(
    deadline: Duration, _ body: @escaping @Sendable (CallTask) throws(PluginFailure) -> Output
  ) async throws(PluginFailure) -> Output {
    let task = CallTask(deadline: deadline)
    let outcome = Outcome<Output>()
    let refused: PluginFailure? = state.withLock { state in
      if state.isStuck {
        return failure(
          .busy, "does not answer: an earlier call never returned",
          "restart the process; if it happens again, report it to the plugin's author")
      }
      if state.isClosed { return failure(.cancelled, "has been closed", "") }
      state.jobs.append {
        do throws(PluginFailure) {
          outcome.settle(.success(try body(task)))
        } catch {
          outcome.settle(.failure(error))
        }
      }
      return nil
    }
    if let refused { throw refused }
    ready.signal()
    let watch = Task { [weak self] in
      try? await Task.sleep(for: deadline + Self.grace)
      guard let self, !Task.isCancelled else { return }
      let failure = self.failure(
        .timedOut, "did not return within \(deadline)",
        "the plugin is left alone until the process restarts")
      if outcome.settle(.failure(failure)) { self.state.withLock { $0.isStuck = true } }
    }
    let result = await withTaskCancellationHandler {
      await outcome.value
    } onCancel: {
      task.cancel()
    }
    watch.cancel()
    return try result.get()
  }

  /// Lets the thread end after the jobs already queued.
  func close() {
    state.withLock { $0.isClosed = true }
    ready.signal()
  }

  var isStuck: Bool { state.withLock { $0.isStuck } }

  private func failure(
    _ code: PluginFailure.Code, _ message: String, _ hint: String
  ) -> PluginFailure {
    PluginFailure(pluginID: pluginID, code: code, retry: .later, message: message, hint: hint)
  }
}
