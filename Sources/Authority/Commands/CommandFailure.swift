import ArgumentParser
import Glibc
import Wire

/// A command that did not do what it was asked, in words for standard error.
struct CommandFailure: Error {
  /// The first line follows `ERROR: `; more lines are indented below it.
  var text: String

  init(_ text: String) { self.text = text }

  /// - Parameter subject: a file or `kind/name` to put in front of every line.
  init(_ error: RPCError, subject: String = "") {
    let lines = error.message.split(separator: "\n")
    text = lines.map { subject.isEmpty ? String($0) : "\(subject): \($0)" }.joined(separator: "\n")
  }
}

/// Runs one command line and gives the exit code: 0, or 1 with one `ERROR: ` line on standard error.
enum CommandRunner {
  static func run<Command: AsyncParsableCommand>(
    _ command: Command.Type, _ arguments: [String]
  ) async -> Int32 {
    var parsed: any ParsableCommand
    do {
      parsed = try command.parseAsRoot(arguments)
    } catch {
      return report(command, error)
    }
    do {
      if var asynchronous = parsed as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try parsed.run()
      }
      return 0
    } catch {
      return report(command, error)
    }
  }

  private static func report(_ command: any ParsableCommand.Type, _ error: any Error) -> Int32 {
    switch error {
    case let failure as CommandFailure: complain(failure.text)
    case let failure as RPCError: complain(CommandFailure(failure).text)
    case let failure as StartupError: complain(failure.description)
    case let failure as BackendError: complain(failure.description)
    default:
      let text = command.fullMessage(for: error)
      guard command.exitCode(for: error) != .success else {
        print(text)
        return 0
      }
      // The parser's own words begin with "Error: "; ours begin all errors alike.
      let words = text.hasPrefix("Error: ") ? String(text.dropFirst(7)) : text
      complain(words.isEmpty ? "\(error)" : words)
    }
    return 1
  }

  private static func complain(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let shown = lines.enumerated().map {
      $0.offset == 0 ? "ERROR: \($0.element)" : "  \($0.element)"
    }
    let bytes = Array((shown.joined(separator: "\n") + "\n").utf8)
    bytes.withUnsafeBytes { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
