/// Finds the names of join methods and outputs where only data may hold them: anywhere under
/// `Sources/` but in `.proto` files.
///
/// The names come from the plugin folders: `Plugins/BoundKeypairJoin` makes every spelling of "bound
/// keypair" a finding (`bound_keypair`, `BoundKeypair`, `boundKeypair`, `BOUND-KEYPAIR`,
/// `boundkeypair`, …). An output is called by an everyday word more often than not, so it is a finding
/// together with the word "output", or as a whole string literal.
struct NameRule {
  let tree: SourceTree

  /// A line that holds a name for a reason that has nothing to do with the plugin.
  struct Exception {
    let path: String
    let text: String
    let reason: String
  }

  /// Each must still be needed; a stale one fails the test.
  static let exceptions: [Exception] = [
    Exception(
      path: "Sources/PluginABI/include/tenon/manifest.h",
      text: "needs         list of \"tpm\"",
      reason: "a device a plugin needs, not a way to join"),
    Exception(
      path: "Sources/PluginABI/include/tenon/manifest.h",
      text: "#define TENON_MANIFEST_NEEDS",
      reason: "a device a plugin needs, not a way to join"),
    Exception(
      path: "Sources/PluginHost/Manifest/DeviceNeed.swift",
      text: "\"tpm\": DeviceNeed",
      reason: "a device a plugin needs, not a way to join"),
  ]

  struct Names {
    var phrases: [[String]] = []
    var literals: [String] = []

    /// Letters that every line with one of the names holds in a row.
    var folded: [String] {
      phrases.map { $0.joined() } + literals.map { $0.filter(\.isLetter) }
    }
  }

  /// The names that the plugin folders stand for.
  func names() throws -> Names {
    var names = Names()
    for folder in try tree.folders(in: "Plugins") {
      let words = Self.words(of: folder).compactMap { $0 }
      guard let kind = words.last, words.count > 1 else { continue }
      let name = Array(words.dropLast())
      if kind == "join" {
        names.phrases.append(name)
      } else if kind == "output" {
        names.phrases.append(name + ["output"])
        names.literals.append("\"\(name.joined(separator: "-"))\"")
        names.literals.append("\"\(name.joined(separator: "_"))\"")
      }
    }
    return names
  }

  /// The findings, and the exceptions that were used.
  func check() throws -> (violations: [Violation], used: [Exception]) {
    let names = try names()
    var violations: [Violation] = []
    var used: [Exception] = []
    for file in try tree.files(below: "Sources") where !file.path.hasSuffix(".proto") {
      for (index, line) in file.lines.enumerated() {
        guard let name = Self.firstName(in: line, names) else { continue }
        if let exception = Self.exceptions.first(where: {
          $0.path == file.path && line.contains($0.text)
        }) {
          used.append(exception)
          continue
        }
        violations.append(
          Violation(
            place: "\(file.path):\(index + 1)",
            text: "names \(name); what the host needs to know belongs into the plugin's manifest"))
      }
      if let name = Self.firstName(in: file.components.joined(separator: "/"), names) {
        violations.append(Violation(place: file.path, text: "the file is named after \(name)"))
      }
    }
    return (violations, used)
  }

  static func firstName(in line: String, _ names: Names) -> String? {
    // Almost every line ends here: without the name's letters in a row there is nothing to split.
    let letters = line.utf8.compactMap { byte -> UInt8? in
      switch byte | 0x20 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"): byte | 0x20
      default: nil
      }
    }
    let folded = String(decoding: letters, as: UTF8.self)
    guard names.folded.contains(where: { folded.contains($0) }) else { return nil }
    let words = words(of: line)
    for phrase in names.phrases {
      let joined = phrase.joined()
      for start in words.indices {
        var run = ""
        for word in words[start...].prefix(phrase.count + 1) {
          guard let word else { break }
          run += word
          if run == joined { return phrase.joined(separator: " ") }
          if !joined.hasPrefix(run) { break }
        }
      }
    }
    return names.literals.first { line.contains($0) }
  }

  /// The words of a line in lower case, split at case changes, digits and separators. A nil stands
  /// where words do not belong together: at any character but a letter, digit, `_`, `-` or one space.
  static func words(of line: String) -> [String?] {
    var words: [String?] = []
    var word = ""
    func close() {
      if !word.isEmpty { words.append(word.lowercased()) }
      word = ""
    }
    let characters = Array(line)
    for (index, character) in characters.enumerated() {
      if character == "_" || character == "-" || character == " " {
        close()
      } else if character.isLetter {
        let previous = index > 0 ? characters[index - 1] : " "
        let next = index + 1 < characters.count ? characters[index + 1] : " "
        let startsWord =
          character.isUppercase
          && (previous.isLowercase || (previous.isUppercase && next.isLowercase))
        if startsWord || previous.isNumber { close() }
        word.append(character)
      } else if character.isNumber {
        if index > 0, characters[index - 1].isLetter { close() }
        word.append(character)
      } else {
        close()
        words.append(nil)
      }
    }
    close()
    return words
  }
}
