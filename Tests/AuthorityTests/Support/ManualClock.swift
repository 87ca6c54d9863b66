import PluginHost
import Synchronization

/// A clock that moves when a test says so.
final class ManualClock: HostClock {
  static let start: Int64 = 1_800_000_000
  private let seconds = Mutex(ManualClock.start)

  var wallNanoseconds: Int64 { now * 1_000_000_000 }
  var monotonicNanoseconds: UInt64 { UInt64(wallNanoseconds) }
  var now: Int64 { seconds.withLock { $0 } }

  func advance(_ by: Int64) { seconds.withLock { $0 += by } }
}
