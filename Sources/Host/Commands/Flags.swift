import PluginHost

/// The flags of one command line, read against a table.
struct Flags: Sendable {
  /// One flag of a table.
  struct Specification: Sendable {
    enum Kind: Sendable { case toggle, text, list }

    /// With its two dashes.
    var name: String
    var short: String? = nil
    var kind: Kind = .text
    /// What stands for the value in a usage text.
    var placeholder = ""
    var help: String
    /// Environment variable that supplies a missing text.
    var environment: String? = nil
  }

  /// Every mistake of a command line, one phrase each.
  struct Mistakes: Error, Equatable { var problems: [String] }

  private var texts: [String: [String]] = [:]
  private var toggles: [String: Bool] = [:]
  /// Flags of two dashes that the table does not have, in their order; nil where no value followed.
  private(set) var foreign: [(name: String, value: String?)] = []
  /// What is left after the flags: everything from the first word that is none.
  private(set) var rest: [String] = []

  /// Reads flags up to the first word that is none.
  ///
  /// `--x value` and `--x=value`; a toggle `--x` has its `--no-x`; `--` ends the flags.
  ///
  /// - Parameter keepsForeign: whether a flag that is not in the table is kept for later, together with
  ///   its value or the next word that is no flag. Otherwise it is a mistake.
  init(
    _ words: [String], _ table: [Specification], keepsForeign: Bool = false,
    environment: (String) -> String?
  ) throws(Mistakes) {
    var problems: [String] = []
    var words = words[...]
    while let word = words.first {
      guard word.hasPrefix("-"), word != "-" else { break }
      words.removeFirst()
      if word == "--" { break }
      let name = String(word.prefix { $0 != "=" })
      let attached = name == word ? nil : String(word.dropFirst(name.count + 1))
      if let flag = table.first(where: { $0.name == name || $0.short == name }) {
        if flag.kind == .toggle {
          if attached != nil { problems.append("\(name) takes no value") }
          toggles[flag.name] = true
        } else if let value = attached ?? words.popFirst() {
          texts[flag.name, default: []].append(value)
        } else {
          problems.append("\(name) expects a value")
        }
      } else if name.hasPrefix("--no-"), attached == nil,
        let flag = table.first(where: { $0.kind == .toggle && $0.name == "--" + name.dropFirst(5) })
      {
        toggles[flag.name] = false
      } else if keepsForeign, name.hasPrefix("--") {
        let follows = words.first.map { !$0.hasPrefix("-") } ?? false
        foreign.append((name, attached ?? (follows ? words.popFirst() : nil)))
      } else {
        let near = KeySuggestion.nearest(to: name, among: table.map(\.name))
        problems.append("there is no flag \(name)" + (near.map { "; did you mean \($0)?" } ?? ""))
      }
    }
    rest = Array(words)
    for flag in table where flag.kind == .text && texts[flag.name] == nil {
      guard let value = flag.environment.flatMap(environment), !value.isEmpty else { continue }
      texts[flag.name] = [value]
    }
    guard problems.isEmpty else { throw Mistakes(problems: problems) }
  }

  /// The last value given.
  func text(_ name: String) -> String? { texts[name]?.last }

  func list(_ name: String) -> [String] { texts[name] ?? [] }

  /// Nil when neither the flag nor its opposite was given.
  func toggle(_ name: String) -> Bool? { toggles[name] }

  /// These flags with those of `later` over them.
  func overlaid(by later: Flags) -> Flags {
    var flags = self
    flags.texts.merge(later.texts) { $1 }
    flags.toggles.merge(later.toggles) { $1 }
    flags.foreign += later.foreign
    flags.rest = later.rest
    return flags
  }

  /// The lines of a usage text.
  static func usage(_ table: [Specification]) -> String {
    let heads = table.map { flag in
      let head = (flag.short.map { "\($0), " } ?? "    ") + flag.name
      return flag.placeholder.isEmpty ? head : "\(head) \(flag.placeholder)"
    }
    let width = heads.map(\.count).max() ?? 0
    return zip(heads, table).map { head, flag in
      let environment = flag.environment.map { " [$\($0)]" } ?? ""
      return "  \(head.padded(to: width))  \(flag.help)\(environment)\n"
    }.joined()
  }
}
