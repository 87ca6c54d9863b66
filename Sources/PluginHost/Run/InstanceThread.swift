import Glibc
import Synchronization

/// The one thread all calls of an instance run on: in order, never two at a time, always the same
/// thread. A call that outlives its deadline and a grace period leaves the instance stuck: its caller
/// gets an error, later calls are refused, and what the thread may still touch is never freed.
final class InstanceThread: Sendable {
  /// One call on its way.
  private struct Job: Sendable {
    let number: UInt
    let run: @Sendable () -> Void
    /// Settles the call without running it.
    let refuse: @Sendable (PluginFailure) -> Void
  }

  private struct State {
    var jobs: [Job] = []
    var running: UInt?
    var next: UInt = 1
    var isClosed = false
    var isStuck = false
  }

  /// How long past its deadline a call may run before its instance counts as stuck.
  static let grace: Duration = .milliseconds(500)

  private let state = Mutex(State())
  private let ready = Semaphore()
  private let progress: @Sendable (String) -> Void
  let pluginID: String

  /// - Parameter progress: receives what calls say of their progress, on any thread.
  init(pluginID: String, progress: @escaping @Sendable (String) -> Void) {
    self.pluginID = pluginID
    self.progress = progress
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
      let (job, isOver) = state.withLock { state -> (Job?, Bool) in
        guard !state.jobs.isEmpty else { return (nil, state.isClosed) }
        let job = state.jobs.removeFirst()
        state.running = job.number
        return (job, false)
      }
      if isOver { return }
      guard let job else { continue }
      job.run()
      state.withLock { $0.running = nil }
    }
  }

  /// Runs `body` on the instance's thread and waits for it at most until the deadline plus grace.
  ///
  /// - Throws: what `body` throws; `timedOut` when it did not return or its turn did not come, `busy`
  ///   when the instance is stuck from an earlier call, `cancelled` when it was closed.
  func run<Output: Sendable>(
    deadline: Duration, _ body: @escaping @Sendable (CallTask) throws(PluginFailure) -> Output
  ) async throws(PluginFailure) -> Output {
    let task = CallTask(deadline: deadline, progress: progress)
    let outcome = Outcome<Output>()
    let (number, refused) = state.withLock { state -> (UInt, PluginFailure?) in
      if state.isStuck { return (0, stuck) }
      if state.isClosed { return (0, failure(.cancelled, "has been closed")) }
      let number = state.next
      state.next += 1
      state.jobs.append(
        Job(
          number: number,
          run: {
            do throws(PluginFailure) {
              outcome.settle(.success(try body(task)))
            } catch {
              outcome.settle(.failure(error))
            }
          }, refuse: { outcome.settle(.failure($0)) }))
      return (number, nil)
    }
    if let refused { throw refused }
    ready.signal()
    let watch = Task { [weak self] in
      try? await Task.sleep(for: deadline + Self.grace)
      guard !Task.isCancelled else { return }
      self?.giveUp(number, deadline) { outcome.settle(.failure($0)) }
    }
    let result = await withTaskCancellationHandler {
      await outcome.value
    } onCancel: {
      task.cancel()
    }
    watch.cancel()
    return try result.get()
  }

  /// Ends the wait for a call. One that is running leaves the instance stuck, and those behind it are
  /// refused; one whose turn has not come is taken back.
  private func giveUp(
    _ number: UInt, _ deadline: Duration, settle: (PluginFailure) -> Bool
  ) {
    let isRunning = state.withLock { state in
      state.jobs.removeAll { $0.number == number }
      guard state.running == number else { return false }
      // Before its caller hears of it and makes the next call.
      state.isStuck = true
      return true
    }
    let isFirst = settle(
      isRunning
        ? failure(
          .timedOut, "did not return within \(deadline)",
          "the plugin is left alone until the process restarts")
        : failure(.timedOut, "had no time for this call within \(deadline)"))
    guard isRunning else { return }
    let dropped = state.withLock { state in
      // It returned at the last moment.
      guard isFirst else {
        state.isStuck = false
        return [Job]()
      }
      defer { state.jobs = [] }
      return state.jobs
    }
    for job in dropped { job.refuse(stuck) }
  }

  /// Lets the thread end after the jobs already queued.
  func close() {
    state.withLock { $0.isClosed = true }
    ready.signal()
  }

  var isStuck: Bool { state.withLock { $0.isStuck } }

  private var stuck: PluginFailure {
    failure(
      .busy, "does not answer: an earlier call never returned",
      "restart the process; if it happens again, report it to the plugin's author")
  }

  private func failure(
    _ code: PluginFailure.Code, _ message: String, _ hint: String = ""
  ) -> PluginFailure {
    PluginFailure(pluginID: pluginID, code: code, retry: .later, message: message, hint: hint)
  }
}
