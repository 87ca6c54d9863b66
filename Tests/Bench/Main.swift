import Glibc

/// Measures what has a budget and cannot be measured from outside a process. `scripts/bench.sh` runs it.
///
///     tenon-bench calls --plugin FILE
///     tenon-bench joins --authority HOST:PORT --trust PEM --plugin-dir DIR --method NAME
///       --token PREFIX --storage PREFIX --lanes N --joins N [--purpose recovery|refresh]
///
/// Every result is a line "name value" on standard output. Exit code 1 and a sentence when a measured
/// call fails: figures of calls that fail would mean nothing.
@main
enum Main {
  static func main() async {
    do {
      let words = Array(CommandLine.arguments.dropFirst())
      let options = try Options(words.dropFirst())
      switch words.first {
      case "calls": try await CallCosts(options).run()
      case "joins": try await JoinLoad(options).run()
      default: throw BenchError("the first word is calls or joins")
      }
    } catch {
      let sentence = Array("tenon-bench: \(error)\n".utf8)
      _ = write(STDERR_FILENO, sentence, sentence.count)
      exit(1)
    }
  }
}
