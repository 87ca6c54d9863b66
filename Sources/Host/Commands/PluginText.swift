import Documents
import PluginHost

/// What plugins say of themselves, in columns and phrases.
enum PluginText {
  /// Rows of a name and a value, aligned, with a margin; empty values are a dash.
  static func table(_ rows: [(name: String, value: String)]) -> String {
    let width = rows.map(\.name.count).max() ?? 0
    return rows.map { row in
      return "  \(row.name.padded(to: width))  \((row.value.isEmpty ? "-" : row.value).printable)\n"
    }.joined()
  }

  /// Everything a plugin adds to the host, by the names an operator uses.
  static func offers(_ manifest: PluginManifest) -> [String] {
    var offers: [String] = []
    if let method = manifest.joinMethod { offers.append("join method \(method.name)") }
    if let verifier = manifest.joinVerifier { offers.append("join verifier \(verifier.name)") }
    if let output = manifest.output { offers.append("output \(output.type)") }
    offers += manifest.commands.map { "command \($0.name)" }
    let foreign = manifest.capabilities.filter { !$0.hasPrefix("tenon.") }
    return offers + foreign.map { "capability \($0)" }
  }

  /// One configuration key in words.
  static func describe(_ key: ConfigKey) -> String {
    var notes = [key.kind == .choice ? key.values.joined(separator: "|") : key.kind.rawValue]
    if key.isRequired { notes.append("required") }
    if key.isSecret { notes.append("secret") }
    if let fallback = key.defaultValue { notes.append("default \(fallback)") }
    if let variable = key.environment { notes.append("else $\(variable)") }
    if let file = key.file { notes.append("or the file named by \(file)") }
    if let flag = key.flag { notes.append("or \(flag)") }
    if key.isJoinURIParameter { notes.append("or the parameter of a join URI") }
    if let alias = key.alias { notes.append("also spelt \(alias)") }
    return "\(key.help) (\(notes.joined(separator: ", ")))"
  }
}
