import Documents
import PluginHost

/// What is said to words that are no command of the agent or of a plugin.
struct CommandWords: Sendable {
  /// The commands of the agent itself.
  static let own = ["start", "wait", "doctor", "install", "plugin", "version", "help"]

  /// Those of plugins.
  let commands: [CommandDeclaration]
  let pluginDirectory: String
  let program: String
  let console: Console

  /// A first word that commands begin with is answered with those commands.
  ///
  /// - Parameter words: at least one.
  /// - Returns: the exit code.
  func answer(_ words: [String]) -> Int32 {
    let family = commands.filter { $0.name.hasPrefix(words[0] + " ") }
    guard !family.isEmpty else { return unknown(words[0]) }
    let flags = Set(words.dropFirst())
    if flags.isDisjoint(with: ["-h", "--help"]), words.count > 1 {
      let said = words.prefix { !$0.hasPrefix("-") }.joined(separator: " ")
      let near = KeySuggestion.nearest(to: said, among: family.map(\.name))
      return console.fail(
        "there is no command \(said.excerpt); "
          + (near.map { "did you mean \($0)?" }
            ?? "`\(program) \(words[0]) --help` lists what there is"))
    }
    console.print(
      "usage: \(program) \(words[0]) command\n\nCommands:\n"
        + PluginText.table(family.map { ($0.name, $0.summary) }))
    return words.count > 1 ? 0 : 1
  }

  private func unknown(_ word: String) -> Int32 {
    let near = KeySuggestion.nearest(to: word, among: Self.own)
    return console.fail(
      "there is no command \(word.excerpt); "
        + (near.map { "did you mean \($0)?" }
          ?? "plugins bring commands of their own: look into \(pluginDirectory) with "
          + "`\(program) plugin list`"))
  }
}
