import PluginABI

/// What a command line asks of a plugin command.
enum CommandRequest: Sendable, Equatable {
  case help
  case run([CommandArgument])
}

extension BoundCommand {
  /// Reads flags in the forms `--x v`, `--x=v`, `--x`/`--no-x` for flags, and `-h`/`--help`.
  func parse(
    _ words: [String], environment: (String) -> String?
  ) throws(CommandUsageError) -> CommandRequest {
    var given: [String: String] = [:]
    var problems: [String] = []
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "-h" || word == "--help" { return .help }
      guard word.hasPrefix("--"), word.count > 2 else {
        problems.append("unexpected argument \"\(word)\"")
        continue
      }
      let body = word.dropFirst(2)
      let name = String(body.prefix { $0 != "=" })
      let attached = body.contains("=") ? String(body.drop { $0 != "=" }.dropFirst()) : nil
      if let parameter = parameters.first(where: { $0.name == name }) {
        if parameter.kind == TENON_PARAMETER_FLAG {
          given[name] = attached ?? "true"
        } else if let value = attached ?? rest.popFirst() {
          given[name] = value
        } else {
          problems.append("--\(name) needs a value")
        }
      } else if name.hasPrefix("no-"), attached == nil,
        let parameter = parameters.first(where: { $0.name == name.dropFirst(3) }),
        parameter.kind == TENON_PARAMETER_FLAG
      {
        given[parameter.name] = "false"
      } else {
        problems.append("there is no flag --\(name)")
      }
    }
    var arguments: [CommandArgument] = []
    for parameter in parameters {
      let value =
        given[parameter.name] ?? parameter.environment.flatMap(environment) ?? parameter.fallback
      if value == nil, parameter.isRequired {
        problems.append("--\(parameter.name) is required: \(parameter.help)")
      }
      do throws(CommandUsageError) {
        arguments.append(try parameter.argument(value))
      } catch {
        problems += error.problems
      }
    }
    guard problems.isEmpty else { throw CommandUsageError(problems: problems) }
    return .run(arguments)
  }

  /// The text of `--help`.
  func help(program: String) -> String {
    var lines = ["usage: \(program) \(name) [flags]", "", summary]
    if let details { lines += ["", details] }
    lines += ["", "Flags:"]
    let names = parameters.map { "--\($0.name)\($0.placeholder)" }
    let width = (names + ["-h, --help"]).map(\.count).max() ?? 0
    for (name, parameter) in zip(names, parameters) {
      lines.append("  " + name.padded(to: width) + "  " + parameter.fullHelp)
    }
    lines.append("  " + "-h, --help".padded(to: width) + "  show this text")
    return lines.joined(separator: "\n") + "\n"
  }
}

extension BoundCommand.Parameter {
  fileprivate var placeholder: String {
    switch kind {
    case TENON_PARAMETER_FLAG: ""
    case TENON_PARAMETER_PATH: " PATH"
    case TENON_PARAMETER_CHOICE: " " + choices.joined(separator: "|")
    case TENON_PARAMETER_INT64, TENON_PARAMETER_UINT64, TENON_PARAMETER_DOUBLE: " NUMBER"
    case TENON_PARAMETER_DURATION: " DURATION"
    default: " TEXT"
    }
  }

  fileprivate var fullHelp: String {
    var text = help
    if isRequired { text += " (required)" }
    if let fallback { text += " (default \(fallback))" }
    if let environment { text += " [$\(environment)]" }
    return text
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(0, width - count))
  }
}
