import Synchronization

/// Renewals of the agent's identity that plugins ask for, whichever plugin and however often.
///
/// A request is served by the first renewal that begins after it, so all that come before it are one. The
/// agent begins at most one renewal per ``interval`` for their sake; the request that comes sooner waits.
final class RenewalRequests: Sendable {
  static let interval: Duration = .seconds(60)

  private let isWaiting = Mutex(false)
  private let signals: AsyncStream<Void>
  private let signal: AsyncStream<Void>.Continuation

  init() {
    (signals, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
  }

  /// Somebody wants a renewal.
  ///
  /// - Returns: whether nobody else did already.
  func ask() -> Bool {
    let isFirst = isWaiting.withLock { isWaiting in
      defer { isWaiting = true }
      return !isWaiting
    }
    if isFirst { signal.yield() }
    return isFirst
  }

  /// A renewal begins, for whatever reason.
  func served() { isWaiting.withLock { $0 = false } }

  /// Wakes the renewals for each request, until the surrounding task is cancelled. Once only.
  ///
  /// - Parameters:
  ///   - renewals: where renewals pause.
  ///   - alarm: where to pause between two requests.
  func serve(_ renewals: Alarm, pausing alarm: Alarm) async {
    for await _ in signals {
      if Task.isCancelled { return }
      // Another renewal may have begun since.
      guard isWaiting.withLock({ $0 }) else { continue }
      renewals.wakeAll()
      await alarm.pause(Self.interval, since: alarm.generation)
    }
  }
}
