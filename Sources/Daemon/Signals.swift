import CLinux
import Dispatch
import Glibc

/// Signals of this process as a stream.
public enum Signals {
  /// What an operator or a service manager asks for.
  public enum Request: Sendable { case stop, renew }

  /// SIGTERM and SIGINT ask to stop, SIGHUP and SIGUSR1 to renew at once. Once this has returned none of
  /// them ends the process by itself, and none is lost; the stream ends with its task. One stream at a
  /// time. A process without a free descriptor gets a stream that stays empty.
  public static func requests() -> AsyncStream<Request> {
    AsyncStream { continuation in
      // Not a signal source of Dispatch: that one loses a signal now and then when the main thread sleeps
      // in dispatchMain, where every signal is let through.
      let descriptor = tenon_signals([SIGTERM, SIGINT, SIGHUP, SIGUSR1], 4)
      guard descriptor >= 0 else { return }
      let source = DispatchSource.makeReadSource(
        fileDescriptor: descriptor, queue: DispatchQueue.global(qos: .userInitiated))
      source.setEventHandler {
        var number: UInt8 = 0
        while read(descriptor, &number, 1) == 1 {
          continuation.yield([SIGTERM, SIGINT].contains(Int32(number)) ? .stop : .renew)
        }
      }
      source.setCancelHandler { close(descriptor) }
      source.resume()
      let kept = Kept(source)
      continuation.onTermination = { _ in kept.cancel() }
    }
  }

  /// Sound to share: the source is cancelled once and otherwise left alone, and `cancel` may be called on
  /// any thread.
  private final class Kept: @unchecked Sendable {
    private let source: any DispatchSourceRead

    init(_ source: any DispatchSourceRead) { self.source = source }

    func cancel() { source.cancel() }
  }
}
