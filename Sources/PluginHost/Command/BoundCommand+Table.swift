import PluginABI

/// Reading command tables.
extension BoundCommand {
  /// Reads and checks the whole table of a plugin.
  static func table(of plugin: LoadedPlugin) throws(PluginRefusal) -> [BoundCommand] {
    let table = try plugin.capability(
      TENON_CAP_COMMANDS_ID, as: tenon_cap_commands.self, zero: tenon_cap_commands(), minimum: 16)
    guard table.command_count <= 64, let first = table.commands else {
      throw plugin.refusal("describe-commands", "has a command table that cannot be read")
    }
    var found: [BoundCommand] = []
    for raw in UnsafeBufferPointer(start: first, count: Int(table.command_count)) {
      found.append(try BoundCommand(raw, of: plugin))
    }
    let declared = plugin.manifest.commands.map(\.name).sorted()
    guard found.map(\.name).sorted() == declared else {
      throw plugin.refusal(
        "describe-commands",
        "has other commands than its manifest names: "
          + found.map(\.name).joined(separator: ", "))
    }
    return found
  }

  fileprivate init(_ raw: tenon_command, of plugin: LoadedPlugin) throws(PluginRefusal) {
    func refuse(_ reason: String) -> PluginRefusal { plugin.refusal("describe-commands", reason) }
    guard raw.struct_size >= UInt32(MemoryLayout<tenon_command>.size), let name = raw.name,
      let summary = raw.summary, let function = raw.function
    else { throw refuse("has a command without a name, a summary or a function") }
    let text = String(cString: name)
    guard raw.parameter_count <= TENON_COMMAND_MAX_PARAMETERS,
      raw.parameter_count == 0 || raw.parameters != nil
    else {
      throw refuse(
        "has a command \(text) with \(raw.parameter_count) parameters, at most "
          + "\(TENON_COMMAND_MAX_PARAMETERS) are allowed")
    }
    var parameters: [Parameter] = []
    for index in 0..<Int(raw.parameter_count) {
      guard let parameter = raw.parameters?[index],
        parameter.struct_size >= UInt32(MemoryLayout<tenon_parameter>.size),
        let flag = parameter.name, let help = parameter.help,
        (TENON_PARAMETER_FLAG...TENON_PARAMETER_DURATION).contains(parameter.kind)
      else { throw refuse("has a command \(text) with an unreadable parameter") }
      let flagName = String(cString: flag)
      guard Self.isFlagName(flagName), flagName != "help",
        !parameters.contains(where: { $0.name == flagName })
      else { throw refuse("has a command \(text) with an illegal or repeated flag") }
      let bound = Parameter(
        kind: parameter.kind, isRequired: parameter.flags & TENON_PARAMETER_REQUIRED != 0,
        isPositional: parameter.flags & TENON_PARAMETER_POSITIONAL != 0, name: flagName,
        help: String(cString: help),
        fallback: parameter.fallback.map { String(cString: $0) },
        choices: parameter.choices.map {
          String(cString: $0).split(separator: "|").map(String.init)
        } ?? [], environment: parameter.env.map { String(cString: $0) })
      guard (bound.kind == TENON_PARAMETER_CHOICE) != bound.choices.isEmpty else {
        throw refuse("has a command \(text) whose --\(flagName) lists no choices, or needs none")
      }
      if bound.isPositional {
        let follows = bound.isRequired && parameters.contains { $0.isPositional && !$0.isRequired }
        guard bound.kind != TENON_PARAMETER_FLAG, !follows else {
          throw refuse("has a command \(text) whose \(bound.shownName) cannot be a word of its own")
        }
      }
      guard (try? bound.argument(bound.fallback)) != nil else {
        throw refuse("has a command \(text) whose --\(flagName) has a default of another kind")
      }
      parameters.append(bound)
    }
    self.init(
      name: text, summary: String(cString: summary),
      details: raw.details.map { String(cString: $0) }, parameters: parameters, function: function)
  }

  private static func isFlagName(_ text: String) -> Bool {
    guard let first = text.utf8.first, first >= 0x61, first <= 0x7A else { return false }
    return text.utf8.count <= 64
      && text.utf8.allSatisfy {
        ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D
      }
  }
}
