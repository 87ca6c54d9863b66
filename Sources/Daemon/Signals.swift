import Dispatch
import Glibc

/// Signals of this process as a stream.
public enum Signals {
  /// What an operator or a service manager asks for.
  public enum Request: Sendable { case stop, renew }

  /// SIGTERM and SIGINT ask to stop, SIGHUP and SIGUSR1 to renew at once. Once this has returned none of
  /// them ends the process by itself, and none is lost; the stream ends with its task.
  public static func requests() -> AsyncStream<Request> {
    AsyncStream { continuation in
      let wanted: [(Int32, Request)] = [
        (SIGTERM, .stop), (SIGINT, .stop), (SIGHUP, .renew), (SIGUSR1, .renew),
      ]
      let registered = DispatchGroup()
      let kept = Kept(
        wanted.map { number, request in
          let source = DispatchSource.makeSignalSource(
            signal: number, queue: DispatchQueue.global(qos: .userInitiated))
          source.setEventHandler { continuation.yield(request) }
          registered.enter()
          source.setRegistrationHandler { registered.leave() }
          source.resume()
          return source
        })
      // Until then a signal has its usual effect, which is to end a process that has done nothing yet.
      registered.wait()
      continuation.onTermination = { _ in kept.cancel() }
    }
  }

  /// Sound to share: the sources are cancelled once and otherwise left alone, and `cancel` may be
  /// called on any thread.
  private final class Kept: @unchecked Sendable {
    private let sources: [any DispatchSourceSignal]

    init(_ sources: [any DispatchSourceSignal]) { self.sources = sources }

    func cancel() { for source in sources { source.cancel() } }
  }
}
