/// Waiting times between attempts: doubling from one second, with half of each left to chance so that
/// many agents do not come back at the same moment.
struct Backoff: Sendable {
  static let longest: Int64 = 60

  private var attempts = 0
  private let random: @Sendable (ClosedRange<Int64>) -> Int64

  /// - Parameter random: a number of the range.
  init(random: @escaping @Sendable (ClosedRange<Int64>) -> Int64 = { Int64.random(in: $0) }) {
    self.random = random
  }

  /// The next pause.
  mutating func next() -> Duration {
    let whole = min(Self.longest, 1 << min(attempts, 6)) * 1000
    attempts += 1
    return .milliseconds(random(whole / 2...whole))
  }
}
