import Daemon
import Documents
import Glibc
import PluginHost

/// `install systemd`: makes the unit file of an agent.
struct InstallCommand {
  let environment: @Sendable (String) -> String?
  /// As it was called, with or without a path.
  let called: String
  /// The last part of that.
  let program: String
  let console: Console
  var machine = Machine.system
  /// Path of the agent, when it is not to be found out.
  var agent: String?
  /// Where log lines go, when not to standard error.
  var lines: LineLog?
  var surroundings = ConfigSurroundings.system
  var catalog: (PluginPolicy) -> PluginCatalog = PluginCatalog.installed

  static let summary = "make a systemd unit; `install systemd --help` lists its flags"

  /// - Parameters:
  ///   - global: flags before the command.
  ///   - words: what follows `install`.
  func run(_ global: Flags, _ words: [String]) -> Int32 {
    guard let what = words.first, what != "--help", what != "-h" else {
      console.print(
        "usage: \(program) install systemd [flags]\n\nMakes the unit file of a service manager.\n")
      return words.isEmpty ? 1 : 0
    }
    guard what == "systemd" else {
      return console.fail(
        "there is nothing to install called \(what.excerpt); try: \(program) install systemd --help"
      )
    }
    let table = Flags.Specification.installSystemd
    do throws(Flags.Mistakes) {
      let flags = global.overlaid(
        by: try Flags(Array(words.dropFirst()), table, environment: environment))
      if flags.toggle("--help") == true {
        console.print(usage(table))
        return 0
      }
      if let extra = flags.rest.first {
        throw Flags.Mistakes(problems: ["unexpected argument \(extra.excerpt)"])
      }
      return install(try UnitRequest(flags), log: try log(flags))
    } catch {
      return console.fail(
        error.problems.joined(separator: "; ") + "; try: \(program) install systemd --help")
    }
  }

  private func log(_ flags: Flags) throws(Flags.Mistakes) -> LineLog {
    guard let format = LineLog.Format(rawValue: flags.text("--log-format") ?? "text") else {
      throw Flags.Mistakes(problems: ["--log-format expects text or json"])
    }
    return lines ?? LineLog(format: format)
  }

  private func usage(_ table: [Flags.Specification]) -> String {
    """
    usage: \(program) install systemd --config FILE [flags]

    Prints a systemd unit for the agent and the path it belongs to. With --write it is
    written there; then: systemctl daemon-reload && systemctl enable --now NAME

    Flags:

    """ + Flags.usage(table)
  }

  private func install(_ request: UnitRequest, log: LineLog) -> Int32 {
    let path = ProgramPath.system(searchPath: environment("PATH") ?? "")
    guard let agent = agent ?? path.stable(called) else {
      return console.fail(
        "the path of this program is not known; call it by its whole path, e.g. /usr/local/bin/tbot"
      )
    }
    let installed = { policy in
      var policy: PluginPolicy = policy
      policy.directory = request.pluginDirectory ?? policy.directory
      return catalog(policy)
    }
    let planner = UnitPlanner(
      request: request, tool: "\(program) install systemd", program: agent, machine: machine,
      reader: ConfigReader(surroundings: surroundings, declarations: installed), catalog: installed)
    let plan: UnitPlanner.Plan
    do throws(UnitPlanner.Refusal) {
      plan = try planner.plan()
    } catch {
      return console.fail(error.problems.joined(separator: "\n  "))
    }
    for warning in plan.warnings { log.warning(warning) }
    if request.reportsStarts {
      log.info(
        "telemetry stays silent until the unit has an address for it; set one with: "
          + "systemctl edit \(request.name)", [("variable", StartReporter.addressName)])
    }
    guard request.writes else {
      console.print("# \(request.path) (not written; --write does that)\n" + plan.unit.text)
      return 0
    }
    return write(plan.unit.text, request, log)
  }

  private func write(_ text: String, _ request: UnitRequest, _ log: LineLog) -> Int32 {
    let file = UnitFile(
      directory: request.directory, name: "\(request.name).service", machine: machine)
    do throws(RecordError) {
      switch try file.write(text, replaces: request.replaces) {
      case .written:
        log.info(
          "unit written; now run: systemctl daemon-reload && systemctl enable --now \(request.name)",
          [("path", file.path)])
      case .identical:
        log.info("unit is there already and the same; nothing changed", [("path", file.path)])
      case .different(let existing):
        log.error("another unit is there already", [("path", file.path)])
        let lines = LineDifference.lines(from: existing, to: text)
        console.err(Array(lines.map { "  \($0)\n" }.joined().utf8))
        return console.fail(
          "\(file.path) differs from the unit that was asked for (lines with - are there, lines with + "
            + "would be); replace it with --force, or keep what you changed in a drop-in: "
            + "systemctl edit \(request.name)")
      }
    } catch {
      return console.fail("\(error.message); \(error.hint)")
    }
    return 0
  }
}
