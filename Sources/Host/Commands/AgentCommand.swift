import Daemon
import Documents
import Glibc
import PluginHost
import Wire

/// The command line of the agent.
public struct AgentCommand: Sendable {
  private let environment: @Sendable (String) -> String?
  private let called: String
  private let program: String
  private let console: Console

  /// Runs a command line and gives the exit code: 0, or 1 with one line `ERROR: …` on standard error.
  ///
  /// - Parameters:
  ///   - program: as it was called, for usage texts.
  ///   - arguments: without the program's name.
  public static func execute(_ program: String, _ arguments: [String]) async -> Int32 {
    await Self(program).run(arguments)
  }

  /// Runs a command line that needs no waiting, as ``execute(_:_:)`` does, before any concurrency
  /// starts: a plugin that is being validated must find a process in which nothing else happens.
  ///
  /// - Returns: the exit code, or nil when only ``execute(_:_:)`` can run it; nothing was done then.
  public static func executeAtOnce(_ program: String, _ arguments: [String]) -> Int32? {
    let command = Self(program)
    guard case .done(let code) = command.answer(arguments) else { return nil }
    return code
  }

  init(
    _ program: String, console: Console = .standard,
    environment: @escaping @Sendable (String) -> String? = { variable in
      getenv(variable).map { String(cString: $0) }
    }
  ) {
    called = program
    self.program = program.split(separator: "/").last.map(String.init) ?? "tenon"
    self.console = console
    self.environment = environment
  }

  private enum Answer {
    case done(Int32)
    case start(Flags, [String])
    case wait([String])
    case doctor(Flags, [String])
    case pluginCommand(Flags, [String])
  }

  func run(_ arguments: [String]) async -> Int32 {
    switch answer(arguments) {
    case .done(let code): return code
    case .start(let global, let words):
      return await StartCommand(environment: environment, program: program, console: console)
        .run(global, words)
    case .wait(let words): return await WaitCommand(program: program, console: console).run(words)
    case .doctor(let global, let words):
      return await DoctorCommand(program: program, console: console).run(global, words)
    case .pluginCommand(let global, let words): return await runPlugin(words, global)
    }
  }

  private func answer(_ arguments: [String]) -> Answer {
    let global: Flags
    do {
      global = try Flags(arguments, Flags.Specification.global, environment: environment)
    } catch {
      return .done(fail(error))
    }
    var words = global.rest
    if words.count > 1, words[0] == "help" { words = words.dropFirst() + ["--help"] }
    guard let command = words.first, global.toggle("--help") != true, command != "help" else {
      console.print(usage(global))
      return .done(words.isEmpty && global.toggle("--help") != true ? 1 : 0)
    }
    switch command {
    case "version":
      console.print("\(program == "tbot" ? "Tenon (tbot)" : "Tenon") v\(Version.product)\n")
      return .done(0)
    case "plugin":
      return .done(
        PluginCommand.run(
          arguments: Array(words.dropFirst()), out: { console.print($0) },
          err: { console.err(Array($0.utf8)) }))
    case "install":
      return .done(
        InstallCommand(
          environment: environment, called: called, program: program, console: console
        ).run(global, Array(words.dropFirst())))
    case "start": return .start(global, Array(words.dropFirst()))
    case "doctor": return .doctor(global, Array(words.dropFirst()))
    case "wait": return .wait(Array(words.dropFirst()))
    default: return .pluginCommand(global, words)
    }
  }

  private func runPlugin(_ words: [String], _ global: Flags) async -> Int32 {
    let catalog = PluginCatalog.named(by: global)
    let binder = CommandBinder(catalog, of: .agent)
    guard let (command, rest) = binder.match(words) else {
      return CommandWords(
        commands: binder.commands, pluginDirectory: catalog.directory, program: program,
        console: console
      ).answer(words)
    }
    let isInsecure = global.toggle("--insecure") ?? false
    return await binder.run(
      command, rest,
      CommandEnvironment(
        program: program, out: console.out, err: console.err, variable: environment,
        find: { address async throws(PluginFailure) in try await Self.find(address, isInsecure) },
        storage: { text throws(RecordError) in try Self.storage(text) },
        write: { path, content, replaces throws(RecordError) in
          try CommandFile.write(path, content, replaces: replaces)
        },
        log: LineLog(format: .text, isVerbose: global.toggle("--debug") ?? false)))
  }

  /// `/webapi/find` for a plugin's command.
  private static func find(
    _ address: String, _ isInsecure: Bool
  ) async throws(PluginFailure) -> [UInt8] {
    do {
      let address = try ServerAddress(parsing: address)
      return try await fetchDiscovery(address, trust: isInsecure ? .insecure : .system).json
    } catch {
      let failure = AgentFailure(error, doing: "cannot ask \(address) about its cluster")
      throw PluginFailure(
        pluginID: "tenon", code: .unavailable, message: failure.message, hint: failure.hint)
    }
  }

  private static func storage(_ text: String) throws(RecordError) -> any RecordStorage {
    do throws(ConfigProblem) {
      return CommandStorage(try DestinationSpec(text: text, place: .flag("--storage")))
    } catch {
      throw RecordError(message: "--storage: \(error.message)", hint: error.hint)
    }
  }

  // MARK: words

  private func usage(_ flags: Flags) -> String {
    var rows = [
      ("start", "run the agent; `\(program) start --help` lists its flags"),
      ("wait", "wait until the services of a running agent are ready"),
      ("doctor", DoctorCommand.summary), ("install", InstallCommand.summary),
      ("plugin", "list, inspect and validate plugins"),
      ("version", "print the version"),
      ("help", "show this text"),
    ]
    rows += CommandBinder(PluginCatalog.named(by: flags), of: .agent).commands.map {
      ($0.name, $0.summary)
    }
    let width = rows.map { $0.0.count }.max() ?? 0
    let lines = rows.map { "  \($0.0.padded(to: width))  \($0.1)\n" }
    return "usage: \(program) [flags] command\n\nCommands:\n" + lines.joined() + "\nFlags:\n"
      + Flags.usage(Flags.Specification.global)
  }

  private func fail(_ mistakes: Flags.Mistakes) -> Int32 {
    console.fail(mistakes.problems.joined(separator: "; ") + "; try: \(program) --help")
  }
}
