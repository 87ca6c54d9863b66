import PluginHost
import Synchronization

/// A clock that stands still until a test moves it.
final class TestClock: HostClock {
  /// 2030-01-01T00:00:00Z.
  static let start: Int64 = 1_893_456_000
  private let seconds = Mutex(TestClock.start)

  var now: Int64 {
    get { seconds.withLock { $0 } }
    set { seconds.withLock { $0 = newValue } }
  }
  var wallNanoseconds: Int64 { now * 1_000_000_000 }
  var monotonicNanoseconds: UInt64 { UInt64(wallNanoseconds) }
}

/// SplitMix64, so that a failing case has a number.
struct Seeded: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// The same bytes in every run, different ones in every call.
final class TestRandom: RandomSource {
  private let generator = Mutex(Seeded(1))

  func bytes(_ count: Int) -> [UInt8] {
    generator.withLock { source in
      (0..<count).map { _ in UInt8(truncatingIfNeeded: source.next()) }
    }
  }
}

/// Keeps what the plugin logs.
final class LogBook: PluginLog {
  private let entries = Mutex<[String]>([])

  var warnings: [String] { entries.withLock { $0 } }

  func isEnabled(_ level: PluginLogLevel) -> Bool { true }
  func write(
    _ level: PluginLogLevel, _ message: String, _ fields: [(key: String, value: String)]
  ) {
    guard level == .warning else { return }
    entries.withLock { $0.append(message) }
  }
}
