import ArgumentParser
import Glibc
import Wire

/// Runs one command line.
enum CommandRunner {
  /// Gives the exit code: 0, or 1 with one `ERROR: ` line on standard error.
  static func run(
    _ command: any AsyncParsableCommand.Type, _ arguments: [String]
  ) async -> Int32 {
    guard let failure = await failure(of: command, arguments) else { return 0 }
    let bytes = Array(message(failure).utf8)
    bytes.withUnsafeBytes { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
    return 1
  }

  /// What went wrong, nil when nothing did. Help somebody asked for is printed and no failure.
  static func failure(
    of command: any AsyncParsableCommand.Type, _ arguments: [String]
  ) async -> String? {
    do {
      var parsed = try command.parseAsRoot(arguments)
      if var asynchronous = parsed as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try parsed.run()
      }
      // What was printed may not have reached the file it goes to.
      return fflush(nil) == 0
        ? nil : "cannot write the output: \(String(cString: strerror(errno))); free some disk space"
    } catch let failure as CommandFailure {
      return failure.text
    } catch let failure as RPCError {
      return CommandFailure(failure).text
    } catch let failure as StartupError {
      return failure.description
    } catch let failure as BackendError {
      return failure.description
    } catch {
      return words(of: error, command)
    }
  }

  /// The lines for standard error: more than one are indented below the first.
  static func message(_ failure: String) -> String {
    let lines = failure.split(separator: "\n", omittingEmptySubsequences: false)
    return "ERROR: \(lines.joined(separator: "\n  "))\n"
  }

  private static func words(
    of error: any Error, _ command: any AsyncParsableCommand.Type
  ) -> String? {
    let text = command.fullMessage(for: error)
    if command.exitCode(for: error) == .success {
      print(text)
      return nil
    }
    // The parser's own words begin with "Error: "; ours begin all errors alike.
    let words = text.hasPrefix("Error: ") ? String(text.dropFirst(7)) : text
    return words.isEmpty ? "\(error)" : words
  }
}
