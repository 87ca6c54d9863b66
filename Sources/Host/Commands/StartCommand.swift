import Daemon
import Documents
import FoundationEssentials
import Glibc
import PluginHost

/// `start`: reads the configuration and runs the agent.
struct StartCommand: Sendable {
  let environment: @Sendable (String) -> String?
  let program: String
  let console: Console

  /// - Parameters:
  ///   - global: flags before the command.
  ///   - words: what follows `start`.
  func run(_ global: Flags, _ words: [String]) async -> Int32 {
    let flags: Flags
    do {
      flags = global.overlaid(by: try parse(words))
    } catch {
      return console.fail(error.problems.joined(separator: "; ") + "; try: \(program) start --help")
    }
    if flags.toggle("--help") == true {
      console.print(usage(flags))
      return 0
    }
    do throws(StartFailure) {
      try await start(flags)
      return 0
    } catch {
      return console.fail(error.description)
    }
  }

  /// Flags of `start` and global ones, around the one subcommand there is.
  private func parse(_ words: [String]) throws(Flags.Mistakes) -> Flags {
    let table = Flags.Specification.start + Flags.Specification.global
    var flags = try Flags(words, table, keepsForeign: true, environment: environment)
    if flags.rest.first == "legacy" {
      flags = flags.overlaid(
        by: try Flags(
          Array(flags.rest.dropFirst()), table, keepsForeign: true, environment: { _ in nil }))
    }
    if let extra = flags.rest.first {
      throw Flags.Mistakes(problems: [
        "unexpected argument \(extra.excerpt); services are started from `services:` in the file"
      ])
    }
    return flags
  }

  /// The flags of the agent, then those that installed join methods bring.
  private func usage(_ flags: Flags) -> String {
    let own = Flags.Specification.start + Flags.Specification.global
    var text = "usage: \(program) start [flags]\n\nFlags:\n" + Flags.usage(own)
    for method in PluginCatalog.named(by: flags).joinMethods {
      let table = Flags.Specification.flags(of: method).filter { flag in
        !own.contains { $0.name == flag.name }
      }
      if table.isEmpty { continue }
      text += "\nFlags of the join method \(method.name):\n" + Flags.usage(table)
    }
    return text
  }

  /// Anything that ends a start, as text.
  private struct StartFailure: Error, CustomStringConvertible { var description: String }

  private func start(_ flags: Flags) async throws(StartFailure) {
    guard let format = LineLog.Format(rawValue: flags.text("--log-format") ?? "text") else {
      throw StartFailure(description: "--log-format expects text or json")
    }
    let early = LineLog(format: format, isVerbose: flags.toggle("--debug") ?? false)
    if !Program.hideMemory() { early.warning("core dumps of this process could not be turned off") }
    let (configuration, catalog) = try read(flags)
    let log = LineLog(format: format, isVerbose: configuration.isDebug)
    for warning in configuration.warnings { log.warning(warning.description) }
    for refusal in catalog.refusals {
      log.warning("plugin not loaded", [("path", refusal.path), ("reason", refusal.description)])
    }
    let requests = Signals.requests()
    let report = StartReporter(environment: environment, log: log).report(configuration)
    let result = await run(configuration, catalog, flags, log, requests)
    await report?.value
    if case .failure(let failure) = result {
      throw StartFailure(description: failure.description)
    }
  }

  private func run(
    _ configuration: AgentConfiguration, _ catalog: PluginCatalog, _ flags: Flags, _ log: LineLog,
    _ requests: AsyncStream<Signals.Request>
  ) async -> Result<Void, AgentFailure> {
    do throws(AgentFailure) {
      let parts = try await AgentParts.open(
        configuration, catalog: catalog, log: log, clock: SystemClock())
      // The storage is locked: an agent that is one too many ends before it takes over the other's file.
      let pidFile = try pidFile(flags)
      defer { pidFile?.remove() }
      try await Agent(configuration, parts: parts, log: log).run(requests)
      return .success(())
    } catch {
      return .failure(error)
    }
  }

  private func pidFile(_ flags: Flags) throws(AgentFailure) -> PIDFile? {
    do throws(RecordError) {
      return try flags.text("--pid-file").map { path throws(RecordError) in try PIDFile(path) }
    } catch {
      throw AgentFailure(error)
    }
  }

  private func read(
    _ flags: Flags
  ) throws(StartFailure) -> (AgentConfiguration, PluginCatalog) {
    var catalog: PluginCatalog?
    let reader = ConfigReader(options: options(flags)) { policy in
      let opened = PluginCatalog.installed(policy)
      catalog = opened
      return opened
    }
    let (file, inline) = (flags.text("--config"), flags.text("--config-string"))
    guard file == nil || inline == nil else {
      throw StartFailure(description: "--config and --config-string are both set; keep one")
    }
    let bytes = inline.map { Data(base64Encoded: $0, options: .ignoreUnknownCharacters) }
    if case .some(nil) = bytes {
      throw StartFailure(
        description: "--config-string is not base64; encode the whole file with it")
    }
    let configuration: AgentConfiguration
    do throws(ConfigRefusal) {
      configuration =
        if let file {
          try reader.read(file: file)
        } else if let bytes = bytes ?? nil {
          try reader.read([UInt8](bytes), named: "--config-string")
        } else {
          try reader.readOptions()
        }
    } catch {
      throw StartFailure(description: error.description)
    }
    guard let catalog else { throw StartFailure(description: "no plugin catalog was opened") }
    return (configuration, catalog)
  }

  private func options(_ flags: Flags) -> StartOptions {
    StartOptions(
      authServer: flags.text("--auth-server"), proxyServer: flags.text("--proxy-server"),
      token: flags.text("--token"), caPins: flags.list("--ca-pin"),
      certificateTTL: flags.text("--certificate-ttl"),
      renewalInterval: flags.text("--renewal-interval"), joinMethod: flags.text("--join-method"),
      joinURI: flags.text("--join-uri"),
      methodFlags: flags.foreign.map { StartOptions.MethodFlag(name: $0.name, value: $0.value) },
      oneshot: flags.toggle("--oneshot"), debug: flags.toggle("--debug"),
      insecure: flags.toggle("--insecure"), fips: flags.toggle("--fips"),
      dataDirectory: flags.text("--data-dir"), storage: flags.text("--storage"),
      destinationDirectory: flags.text("--destination-dir"),
      diagnosticsAddress: flags.text("--diag-addr"),
      pluginDirectory: flags.text("--plugin-dir").map { Program.absolute($0) })
  }
}
