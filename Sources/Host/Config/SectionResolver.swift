import Documents
import PluginHost

/// Checks the section of a plugin against its manifest and finds every value: in the section, in the file a
/// sibling key names, in the environment, or in the manifest's default.
struct SectionResolver {
  let surroundings: ConfigSurroundings

  /// - Parameters:
  ///   - declared: the keys of the manifest.
  ///   - fields: the section; keys of other owners have been taken out of it. Afterwards only keys are
  ///     left that nobody knows.
  ///   - owner: where to report a required key that is missing.
  func resolve(
    _ declared: [ConfigKey], fields: inout ConfigFields, owner: ConfigProblem.Place,
    report: inout ConfigReport
  ) -> [String: ConfigValue] {
    var resolved: [String: ConfigValue] = [:]
    // A sibling that names a file need not be declared itself.
    let siblings = declared.compactMap(\.file).filter { file in
      !declared.contains { $0.key == file }
    }
    var files: [String: Placed<String>] = [:]
    for key in siblings { files[key] = fields.text(key, report: &report) }
    var given: [String: Member] = [:]
    var wrongFiles: Set<String> = []
    for key in declared {
      // An empty text counts as absent, as in files made from templates.
      guard let member = fields.take(key.key), member.value.string != "" else { continue }
      given[key.key] = member
      if declared.contains(where: { $0.file == key.key }) {
        files[key.key] = path(member, fields.label(key.key), report: &report)
        if files[key.key] == nil { wrongFiles.insert(key.key) }
      }
    }
    for key in declared {
      let file = key.file.flatMap { files[$0] }
      if let file = key.file, wrongFiles.contains(file) { continue }
      let value = value(
        of: key, member: given[key.key], file: file, label: fields.label(key.key), report: &report)
      switch value {
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
    of key: ConfigKey, member: Member?, file: Placed<String>?, label: String,
    report: inout ConfigReport
  ) -> Finding {
    let variable = key.environment.flatMap { name in
      surroundings.environment(name).flatMap { $0.isEmpty ? nil : (name: name, value: $0) }
    }
    if let file {
      if let member {
        report.refuse(
          member.keyPosition, "\(label) and \(file.located) are both set",
          hint: "remove one of the two")
        return .wrong
      }
      warn(variable?.name, unused: file, report: &report)
      guard let text = SecretFile.read(file, surroundings: surroundings, report: &report) else {
        return .wrong
      }
      return parse(text, key, file.place, "the content of the file of \(file.label)", &report)
    }
    if let member {
      let place = report.place(member.value.position)
      warn(
        variable?.name, unused: Placed(value: "", place: place, label: label), report: &report)
      guard let value = ConfigValue(member.value, as: key, label: label, report: &report) else {
        return .wrong
      }
      return .found(value)
    }
    if let variable {
      return parse(
        variable.value, key, .file(report.file, .none), "the environment variable \(variable.name)",
        &report)
    }
    guard let text = key.defaultValue else { return .absent }
    return parse(text, key, .file(report.file, .none), "the plugin's default of \(label)", &report)
  }

  private func parse(
    _ text: String, _ key: ConfigKey, _ place: ConfigProblem.Place, _ label: String,
    _ report: inout ConfigReport
  ) -> Finding {
    let placed = Placed(value: text, place: place, label: label)
    guard let value = ConfigValue(text: placed, as: key, report: &report) else { return .wrong }
    return .found(value)
  }

  private func path(
    _ member: Member, _ label: String, report: inout ConfigReport
  ) -> Placed<String>? {
    // A value of another kind is reported where the key itself is resolved.
    guard let text = member.value.string, !text.isEmpty else { return nil }
    return Placed(value: text, place: report.place(member.value.position), label: label)
  }

  private func warn(_ variable: String?, unused by: Placed<String>, report: inout ConfigReport) {
    guard let variable else { return }
    report.warn(
      by.place, "the environment variable \(variable) is set too; \(by.label) counts",
      hint: "remove one of the two")
  }
}
