import Daemon
import Documents
import Glibc
import PluginHost

/// `plugin list`, `plugin inspect` and `plugin validate`.
public struct PluginCommand {
  /// Receives text for standard output, line ends included.
  let out: (String) -> Void
  /// Receives text for standard error, line ends included.
  let err: (String) -> Void
  let policy: LoadPolicy
  /// Program and arguments of the child that runs a plugin's code, see ``PluginValidator``.
  let child: [String]

  static let usage = """
    usage: tenon plugin list [--plugin-dir DIR] [--format text|json]
           tenon plugin inspect FILE [--format text|json]
           tenon plugin validate FILE [--format text|json]

    list      what is installed, with the SHA-256 a pin needs, and what is refused and why
    inspect   what a file says of itself; runs none of its code
    validate  every check of the host and of good manners, one row each

    Flags:
      --plugin-dir DIR    folder of plugins (default \(Program.pluginDirectory))
      --format text|json  how the answer is written (default text)
      -h, --help          show this text

    """

  /// Runs what follows `plugin` on the command line.
  ///
  /// - Parameters:
  ///   - arguments: e.g. `["validate", "./motd.so"]`.
  ///   - out: receives text for standard output, line ends included.
  ///   - err: receives text for standard error, one `ERROR: ` line per problem.
  /// - Returns: the exit code: 1 for a mistake, a refused file or a failed check.
  public static func run(
    arguments: [String], out: @escaping (String) -> Void, err: @escaping (String) -> Void
  ) -> Int32 {
    if arguments.first == "validate-open" {
      return PluginValidator.runChild(Array(arguments.dropFirst()))
    }
    return PluginCommand(
      out: out, err: err, policy: LoadPolicy(user: geteuid()),
      child: ["/proc/self/exe", "plugin", "validate-open"]
    ).run(arguments)
  }

  func run(_ arguments: [String]) -> Int32 {
    guard let verb = arguments.first, !["-h", "--help", "help"].contains(verb) else {
      out(Self.usage)
      return arguments.isEmpty ? 1 : 0
    }
    guard ["list", "inspect", "validate"].contains(verb) else {
      return fail(["there is no command \"plugin \(verb)\"; it is list, inspect or validate"])
    }
    do throws(PluginCommandLine.Mistakes) {
      let line = try PluginCommandLine(Array(arguments.dropFirst()), takesFile: verb != "list")
      if line.wantsHelp {
        out(Self.usage)
        return 0
      }
      switch verb {
      case "list": return list(line)
      case "inspect": return inspect(line)
      default: return validate(line)
      }
    } catch {
      return fail(error.problems + ["try: tenon plugin --help"])
    }
  }

  func fail(_ problems: [String]) -> Int32 {
    for problem in problems { err("ERROR: \(problem.printable)\n") }
    return 1
  }
}
