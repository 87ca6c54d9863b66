/// The words after `plugin list`, `plugin inspect` or `plugin validate`, taken apart.
struct PluginCommandLine: Equatable {
  /// How an answer is written.
  enum Format: String, CaseIterable { case text, json }

  var format = Format.text
  var pluginDirectory: String?
  var file: String?
  var wantsHelp = false

  /// Every mistake of a command line, one phrase each.
  struct Mistakes: Error, Equatable { var problems: [String] }

  /// - Parameters:
  ///   - takesFile: whether one file has to be named; otherwise a plugin directory may be.
  init(_ words: [String], takesFile: Bool) throws(Mistakes) {
    var problems: [String] = []
    var rest = words[...]
    var isLiteral = false
    while let word = rest.popFirst() {
      if isLiteral || !word.hasPrefix("-") || word == "-" {
        if takesFile, file == nil, !word.isEmpty {
          file = word
        } else {
          problems.append("unexpected argument \"\(word)\"")
        }
        continue
      }
      let name = String(word.prefix { $0 != "=" })
      let attached = name == word ? nil : String(word.dropFirst(name.count + 1))
      switch name {
      case "--": isLiteral = true
      case "-h", "--help": wantsHelp = true
      case "--format":
        let value = attached ?? rest.popFirst()
        if let format = value.flatMap(Format.init) {
          self.format = format
        } else {
          problems.append("--format expects text or json")
        }
      case "--plugin-dir" where !takesFile:
        pluginDirectory = attached ?? rest.popFirst()
        if pluginDirectory?.isEmpty != false { problems.append("--plugin-dir expects a folder") }
      default: problems.append("there is no flag \(name)")
      }
    }
    if wantsHelp { return }
    if takesFile, file == nil { problems.append("a plugin file must be named") }
    guard problems.isEmpty else { throw Mistakes(problems: problems) }
  }
}
