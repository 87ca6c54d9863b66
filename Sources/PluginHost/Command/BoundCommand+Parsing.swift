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
    var positions = parameters.filter(\.isPositional).map(\.name)[...]
    while let word = rest.popFirst() {
      if word == "-h" || word == "--help" { return .help }
      guard word.hasPrefix("--"), word.utf8.count > 2 else {
        if !word.hasPrefix("-"), let name = positions.popFirst() {
          given[name] = word
          continue
        }
        problems.append("unexpected argument \(Self.shown(word))")
        continue
      }
      let body = word.dropFirst(2)
      let written = String(body.prefix { $0 != "=" })
      var value =
        body.utf8.count == written.utf8.count ? nil : String(body.dropFirst(written.count + 1))
      var name = written
      if written.hasPrefix("no-"), value == nil, parameter(written) == nil,
        parameter(String(written.dropFirst(3)))?.kind == TENON_PARAMETER_FLAG
      {
        name = String(written.dropFirst(3))
        value = "false"
      }
      guard let parameter = parameter(name) else {
        let near = KeySuggestion.nearest(to: written, among: flags.map(\.name))
        problems.append(
          "there is no flag \(Self.shown("--" + written))"
            + (near.map { "; did you mean --\($0)?" } ?? ""))
        continue
      }
      if parameter.kind == TENON_PARAMETER_FLAG {
        value = value ?? "true"
      } else if value == nil, let next = rest.first, !next.hasPrefix("--") {
        value = rest.popFirst()
      }
      guard let value else {
        problems.append(
          "--\(name) needs a value; one that starts with -- is written --\(name)=VALUE")
        continue
      }
      if given.updateValue(value, forKey: name) != nil {
        problems.append("--\(name) is given twice")
      }
    }
    var arguments: [CommandArgument] = []
    for parameter in parameters {
      let value =
        given[parameter.name] ?? parameter.environment.flatMap(environment) ?? parameter.fallback
      if value == nil, parameter.isRequired {
        problems.append("\(parameter.shownName) is required: \(parameter.help)")
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

  private var flags: [Parameter] { parameters.filter { !$0.isPositional } }

  private func parameter(_ name: String) -> Parameter? { flags.first { $0.name == name } }

  /// A word of the user's in quotes, without control characters.
  static func shown(_ word: String) -> String {
    let scalars = word.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? "?" : Character($0) }
    return "\"" + String(scalars) + "\""
  }

  /// The text of `--help`.
  func help(program: String) -> String {
    let words = parameters.filter(\.isPositional)
    let usage = words.map { $0.isRequired ? " \($0.shownName)" : " [\($0.shownName)]" }
    var lines = ["usage: \(program) \(name) [flags]\(usage.joined())", "", summary]
    if let details { lines += ["", details] }
    let names = parameters.map { $0.isPositional ? $0.shownName : $0.shownName + $0.placeholder }
    let width = (names + ["-h, --help"]).map(\.count).max() ?? 0
    for (title, isPositional) in [("Arguments:", true), ("Flags:", false)] {
      if isPositional, words.isEmpty { continue }
      lines += ["", title]
      for (name, parameter) in zip(names, parameters) where parameter.isPositional == isPositional {
        lines.append("  " + name.padded(to: width) + "  " + parameter.fullHelp)
      }
    }
    lines.append("  " + "-h, --help".padded(to: width) + "  show this text")
    return lines.joined(separator: "\n") + "\n"
  }
}

extension BoundCommand.Parameter {
  /// As people see it: `--limit`, or `TOKEN` for a word of its own.
  var shownName: String { isPositional ? name.uppercased() : "--" + name }

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
