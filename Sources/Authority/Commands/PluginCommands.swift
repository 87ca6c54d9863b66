import Daemon
import Glibc
import PluginHost
import Wire

/// The commands that plugins add to `tenonctl`.
struct PluginCommands {
  /// What a command line says, apart from the words of the command: `--admin-socket` and `--plugin-dir`
  /// are the program's own wherever they stand.
  private struct Line {
    var words: [String] = []
    var socket: String?
    var plugins: String?
  }

  private let line: Line
  private let binder: CommandBinder

  init(_ arguments: [String]) {
    var line = Line()
    var rest = arguments[...]
    while let word = rest.popFirst() {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard ["--admin-socket", "--plugin-dir"].contains(parts[0]),
        let value = parts.count == 2 ? String(parts[1]) : rest.popFirst()
      else {
        line.words.append(word)
        continue
      }
      if parts[0] == "--admin-socket" { line.socket = value } else { line.plugins = value }
    }
    self.line = line
    binder = CommandBinder(PluginOptions.catalog(line.plugins), of: .authority)
  }

  /// The exit code, or nil when no plugin has the command that the line begins with.
  func run() async -> Int32? {
    guard let (command, rest) = binder.match(line.words) else { return await group() }
    return await binder.run(command, rest, environment)
  }

  /// Lines for the program's own help; empty without such commands.
  var help: String {
    if binder.commands.isEmpty { return "" }
    return "\nCOMMANDS OF PLUGINS:\n" + listing(binder.commands)
  }

  /// The commands that begin with the words of the line, when it is not one of them itself.
  private func group() async -> Int32? {
    let words = line.words.filter { $0 != "--help" && $0 != "-h" }
    guard let first = words.first else { return nil }
    let commands = binder.commands.filter { $0.name.hasPrefix(first + " ") }
    if commands.isEmpty { return nil }
    let isQuestion = words.count < line.words.count || words.count == 1
    let text = (isQuestion ? "" : "there is no command \(words.joined(separator: " "))\n")
    Self.emit(
      STDERR_FILENO,
      Array((text.isEmpty ? "" : "ERROR: \(text)").utf8)
        + Array("commands:\n\(listing(commands))".utf8))
    return words.count < line.words.count ? 0 : 1
  }

  private func listing(_ commands: [CommandDeclaration]) -> String {
    let width = commands.map(\.name.count).max() ?? 0
    return commands.map { "  \($0.name.padded(to: width))  \($0.summary)\n" }.joined()
  }

  private var environment: CommandEnvironment {
    var connection = TenonctlCommand.Connection()
    connection.adminSocket = line.socket
    let client = connection.client
    return CommandEnvironment(
      program: "tctl", out: { Self.emit(STDOUT_FILENO, $0) }, err: { Self.emit(STDERR_FILENO, $0) },
      variable: { name in getenv(name).map { String(cString: $0) } },
      find: { address async throws(PluginFailure) in
        throw PluginFailure(
          pluginID: "tenonctl", code: .unsupported,
          message: "commands of tctl talk to the admin socket only, not to \(address)")
      },
      storage: { text throws(RecordError) in
        throw RecordError(message: "tctl has no storage of its own, so \(text) is not opened")
      },
      tokens: { method in AdminTokens(client: client, method: method) },
      log: LineLog(format: .text, isVerbose: false))
  }

  private static func emit(_ descriptor: Int32, _ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}
