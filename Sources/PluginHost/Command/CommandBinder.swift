import PluginABI

/// Binds the commands of installed plugins to command lines.
public struct CommandBinder: Sendable {
  private let catalog: PluginCatalog
  private let program: CommandDeclaration.Program

  /// - Parameter program: whose commands are bound.
  public init(_ catalog: PluginCatalog, of program: CommandDeclaration.Program) {
    self.catalog = catalog
    self.program = program
  }

  /// Its commands, by name.
  public var commands: [CommandDeclaration] {
    catalog.commands.map(\.declaration).filter { $0.program == program }
  }

  /// The command a command line starts with, and the words left for it. Runs no plugin code.
  public func match(_ words: [String]) -> (command: CommandDeclaration, rest: [String])? {
    for declaration in commands {
      let name = declaration.name.split(separator: " ").map(String.init)
      if words.count >= name.count, Array(words.prefix(name.count)) == name {
        return (declaration, Array(words.dropFirst(name.count)))
      }
    }
    return nil
  }

  /// Loads the one plugin that has the command and runs it.
  ///
  /// - Returns: the exit code: 0, or 1 with the reason on `err`.
  public func run(
    _ command: CommandDeclaration, _ words: [String], _ environment: CommandEnvironment
  ) async -> Int32 {
    func fail(_ text: String) -> Int32 {
      environment.err(Array("ERROR: \(text)\n".utf8))
      return 1
    }
    guard let entry = catalog.commands.first(where: { $0.declaration == command })?.plugin else {
      return fail("no installed plugin has the command \(command.name)")
    }
    do {
      let plugin = try LoadedPlugin(entry)
      guard let bound = try BoundCommand.table(of: plugin).first(where: { $0.name == command.name })
      else { return fail("\(entry.path) does not have the command \(command.name)") }
      switch try bound.parse(words, environment: environment.variable) {
      case .help:
        environment.out(Array(bound.help(program: environment.program).utf8))
        return 0
      case .run(let arguments):
        return try await execute(bound, arguments, plugin: plugin, environment)
      }
    } catch let usage as CommandUsageError {
      let text = usage.problems.map { "ERROR: \($0)\n" }.joined()
      environment.err(
        Array((text + "try: \(environment.program) \(command.name) --help\n").utf8))
      return 1
    } catch {
      return fail("\(error)")
    }
  }

  private func execute(
    _ command: BoundCommand, _ arguments: [CommandArgument], plugin: LoadedPlugin,
    _ environment: CommandEnvironment
  ) async throws -> Int32 {
    var services = InstanceServices(log: environment.log)
    if let index = command.parameters.firstIndex(where: { $0.name == "storage" }),
      case .text(.some(let destination)) = arguments[index]
    {
      services.storage = try environment.storage(destination)
    }
    if let method = plugin.manifest.tokens {
      services.tokens = environment.tokens(method)
    }
    var paths: Set<String> = []
    for (parameter, argument) in zip(command.parameters, arguments)
    where parameter.kind == TENON_PARAMETER_PATH {
      if case .text(.some(let path)) = argument { paths.insert(path) }
    }
    let call = CommandCall(
      function: command.function, services: services, plugin: plugin, environment: environment,
      paths: paths)
    let thread = InstanceThread(
      pluginID: plugin.manifest.id, progress: call.host.context.progress)
    defer { thread.close() }
    return try await thread.run(deadline: .seconds(600)) { task throws(PluginFailure) in
      try call.run(arguments, task)
    }
  }
}
