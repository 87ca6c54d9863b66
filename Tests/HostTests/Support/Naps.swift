import Synchronization

@testable import Host

/// The pauses of an ``Alarm``: written down instead of slept, except for those that are held until the
/// alarm wakes them or their task ends.
final class Naps: Sendable {
  let diary = Diary()
  private let taken = Mutex<[Duration]>([])
  private let holds: @Sendable (Duration) -> Bool

  init(holds: @escaping @Sendable (Duration) -> Bool = { _ in false }) { self.holds = holds }

  var durations: [Duration] { taken.withLock { $0 } }

  var alarm: Alarm {
    Alarm { duration in
      self.taken.withLock { $0.append(duration) }
      guard self.holds(duration) else { return self.diary.write("slept \(duration)") }
      let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
      self.diary.write("sleeps \(duration)")
      for await _ in stream {}
      continuation.finish()
    }
  }
}
