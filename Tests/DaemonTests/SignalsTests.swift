import Foundation
import Testing

@testable import Daemon

@Suite("A signal", .timeLimit(.minutes(1)))
struct SignalsTests {
  @Test("that asks to stop or to renew becomes a request, and does not end the process")
  func requests() async {
    await #expect(processExitsWith: .success) {
      var requests = Signals.requests().makeAsyncIterator()
      for (number, wanted) in [
        (SIGHUP, .renew), (SIGUSR1, .renew), (SIGTERM, .stop), (SIGINT, .stop), (SIGTERM, .stop),
      ] as [(Int32, Signals.Request)] {
        kill(getpid(), number)
        guard await requests.next() == wanted else { exit(number) }
      }
    }
  }

  @Test("sent before anybody waits for it is not lost")
  func early() async {
    await #expect(processExitsWith: .success) {
      let requests = Signals.requests()
      kill(getpid(), SIGTERM)
      for await request in requests { exit(request == .stop ? 0 : 1) }
    }
  }
}
