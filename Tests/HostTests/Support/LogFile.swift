import Daemon
import Foundation
import PluginHost

/// A log that goes into a file of the test.
final class LogFile: Sendable {
  let log: LineLog
  private let path: String
  private let descriptor: Int32

  init(
    _ scratch: Scratch, format: LineLog.Format = .text, isVerbose: Bool = false,
    clock: any HostClock = SystemClock()
  ) {
    path = scratch.path("log-\(UUID().uuidString)")
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    log = LineLog(format: format, isVerbose: isVerbose, descriptor: descriptor, clock: clock)
  }

  deinit { close(descriptor) }

  var text: String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }

  var lines: [String] { text.split(separator: "\n").map(String.init) }

  /// Returns once the log has the text; whoever waits in vain is ended by the time limit of the suite.
  func reaches(_ text: String) async {
    while !self.text.contains(text) { await Task.yield() }
  }

  /// The one line with this level and message; empty when there is none or more than one.
  func line(_ level: String, _ message: String) -> String {
    let found = lines.filter { $0.contains("  \(level)  \(message)") }
    return found.count == 1 ? found[0] : ""
  }
}
