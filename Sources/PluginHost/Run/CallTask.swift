import Glibc
import PluginABI
import Synchronization

/// The task handle of one call: its deadline and whether it was cancelled (`tenon/host/task.h`).
final class CallTask: Sendable {
  private let cancelled = Atomic(false)
  let deadlineNanoseconds: UInt64
  private let progress: @Sendable (String) -> Void

  init(deadline: Duration, progress: @escaping @Sendable (String) -> Void) {
    self.progress = progress
    let (seconds, attoseconds) = deadline.components
    deadlineNanoseconds =
      MonotonicClock.nanoseconds() &+ UInt64(clamping: seconds) &* 1_000_000_000
      &+ UInt64(clamping: attoseconds / 1_000_000_000)
  }

  func cancel() { cancelled.store(true, ordering: .relaxed) }

  /// Lends the C form for the length of one call. The call's closure keeps this object alive.
  func lend<Result>(_ body: (UnsafePointer<tenon_task>) -> Result) -> Result {
    var raw = tenon_task(
      struct_size: UInt32(MemoryLayout<tenon_task>.size), flags: 0,
      ctx: Unmanaged.passUnretained(self).toOpaque(),
      is_cancelled: { context in
        guard let context else { return 0 }
        let task = Unmanaged<CallTask>.fromOpaque(context).takeUnretainedValue()
        return task.cancelled.load(ordering: .relaxed)
          || MonotonicClock.nanoseconds() > task.deadlineNanoseconds ? 1 : 0
      },
      deadline_ns: { context in
        guard let context else { return 0 }
        return Unmanaged<CallTask>.fromOpaque(context).takeUnretainedValue().deadlineNanoseconds
      },
      progress: { context, text in
        guard let context else { return }
        Unmanaged<CallTask>.fromOpaque(context).takeUnretainedValue().progress(String(text))
      })
    return withUnsafePointer(to: &raw) { body($0) }
  }
}

/// CLOCK_MONOTONIC in nanoseconds.
enum MonotonicClock {
  static func nanoseconds() -> UInt64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
  }
}
