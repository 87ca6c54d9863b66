import Glibc

/// The clocks of the machine.
public struct SystemClock: HostClock {
  public init() {}

  public var wallNanoseconds: Int64 {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
  }

  public var monotonicNanoseconds: UInt64 { MonotonicClock.nanoseconds() }
}
