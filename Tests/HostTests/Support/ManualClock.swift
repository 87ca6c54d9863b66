import Foundation
import PluginHost
import Synchronization

/// A clock that moves when a test says so. It begins at the real time, by which TLS judges certificates.
final class ManualClock: HostClock {
  let start = Int64(Date.now.timeIntervalSince1970)
  private let elapsed = Mutex<Int64>(0)

  var now: Int64 { start + elapsed.withLock { $0 } }
  var wallNanoseconds: Int64 { now * 1_000_000_000 }
  var monotonicNanoseconds: UInt64 { UInt64(elapsed.withLock { $0 }) * 1_000_000_000 }

  func advance(_ seconds: Int64) { elapsed.withLock { $0 += seconds } }
}
