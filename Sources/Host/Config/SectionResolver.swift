import Documents
import PluginHost

/// Checks the section of a plugin against its manifest and finds every value: given from outside of the
/// section, in it, in the file a sibling key names, in the environment, or in the manifest's default.
struct SectionResolver {
  let surroundings: ConfigSurroundings

  /// - Parameters:
  ///   - declared: the keys of the manifest.
  ///   - fields: the section; keys of other owners have been taken out of it. Afterwards only keys are
  ///     left that nobody knows.
  ///   - given: values by key that count in place of those in the section.
  ///   - owner: where to report a required key that is missing.
  func resolve(
    _ declared: [ConfigKey], fields: inout ConfigFields, given: [String: Placed<String>] = [:],
    owner: ConfigProblem.Place, report: inout ConfigReport
  ) -> [String: ConfigValue] {
    let section = SectionKeys(declared, fields: &fields, given: given, report: &report)
    var resolved: [String: ConfigValue] = [:]
    for key in declared where !section.isWrong(key) {
      switch value(of: key, in: section, label: fields.label(key.key), report: &report) {
      case .found(let value): resolved[key.key] = value
      case .wrong: break
      case .absent where key.isRequired:
        report.refuse(owner, "\(fields.label(key.key)) is missing", hint: Self.remedy(key))
      case .absent: break
      }
    }
    return resolved
  }

  /// Every way to give a key its value.
  private static func remedy(_ key: ConfigKey) -> String {
    var ways = ["add it (\(key.help))"]
    if let file = key.file { ways.append("name a file that holds it in `\(file)`") }
    if let variable = key.environment { ways.append("set the environment variable \(variable)") }
    return ways.joined(separator: ", or ")
  }

  private enum Finding {
    case found(ConfigValue)
    case wrong
    case absent
  }

  private func value(
    of key: ConfigKey, in section: SectionKeys, label: String, report: inout ConfigReport
  ) -> Finding {
    let variable = key.environment.flatMap { name in
      surroundings.environment(name).flatMap { $0.isEmpty ? nil : (name: name, value: $0) }
    }
    let written = section.written[key.key]
    if let file = section.file(of: key) {
      if let written {
        report.refuse(
          written.keyPlace, "\(written.label) and \(file.located) are both set",
          hint: "remove one of the two")
        return .wrong
      }
      warn(variable?.name, unused: file, report: &report)
      return content(of: file, key, report: &report)
    }
    if let written {
      warn(
        variable?.name, unused: Placed(value: "", place: written.place, label: written.label),
        report: &report)
      let value =
        switch written.content {
        case .node(let node):
          ConfigValue(node, as: key, label: written.label, report: &report)
        case .text(let text):
          ConfigValue(
            text: Placed(value: text, place: written.place, label: written.label), as: key,
            report: &report)
        }
      return value.map(Finding.found) ?? .wrong
    }
    if let variable {
      return parse(
        variable.value, key, .file(report.file, .none), "the environment variable \(variable.name)",
        &report)
    }
    guard let text = key.defaultValue else { return .absent }
    return parse(text, key, .file(report.file, .none), "the plugin's default of \(label)", &report)
  }

  private func content(
    of file: Placed<String>, _ key: ConfigKey, report: inout ConfigReport
  ) -> Finding {
    var reading = ConfigReport(file: report.file)
    guard let text = SecretFile.read(file, surroundings: surroundings, report: &reading) else {
      for problem in reading.problems {
        if key.isFileOptional {
          report.warn(problem.place, "\(problem.message), and is ignored", hint: problem.hint)
        } else {
          report.refuse(problem.place, problem.message, hint: problem.hint)
        }
      }
      return key.isFileOptional ? .absent : .wrong
    }
    return parse(text, key, file.place, "the content of the file of \(file.label)", &report)
  }

  private func parse(
    _ text: String, _ key: ConfigKey, _ place: ConfigProblem.Place, _ label: String,
    _ report: inout ConfigReport
  ) -> Finding {
    let placed = Placed(value: text, place: place, label: label)
    guard let value = ConfigValue(text: placed, as: key, report: &report) else { return .wrong }
    return .found(value)
  }

  private func warn(_ variable: String?, unused by: Placed<String>, report: inout ConfigReport) {
    guard let variable else { return }
    report.warn(
      by.place, "the environment variable \(variable) is set too; \(by.label) counts",
      hint: "remove one of the two")
  }
}
