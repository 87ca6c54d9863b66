import Documents
import PluginHost

/// The members of one map of the file while they are read: every key is taken by its name and kind,
/// and what nobody took is refused.
struct ConfigFields {
  /// How messages call the map: `onboarding`, `services[0]`; empty for the whole file.
  let section: String
  let position: Position
  private let file: String
  /// What has not been taken yet, in the order of the file.
  private(set) var rest: [Member]
  /// Keys that were asked for, for suggestions, with the key to suggest.
  private var known: [(key: String, suggestion: String)] = []

  /// Nil, with a problem reported, when the node is no map. Null is an empty map.
  init?(_ node: Node, section: String, report: inout ConfigReport) {
    guard node.isNull || node.members != nil else {
      report.refuse(
        node.position, "`\(section)` must be a map of keys and values, not \(node.value.kind)")
      return nil
    }
    self.section = section
    file = report.file
    position = node.position
    rest = node.members ?? []
  }

  func label(_ key: String) -> String { section.isEmpty ? "`\(key)`" : "`\(section).\(key)`" }

  /// Removes a member and returns it; nil when it is absent or null.
  ///
  /// - Parameter replacement: the key to suggest in its place, for keys nobody should write any more.
  mutating func take(_ key: String, replacement: String? = nil) -> Member? {
    known.append((key, replacement ?? key))
    guard let index = rest.firstIndex(where: { $0.key.sameBytes(as: key) }) else { return nil }
    let member = rest.remove(at: index)
    return member.value.isNull ? nil : member
  }

  /// A text that is not empty; an empty one counts as absent, as in files made from templates.
  mutating func text(
    _ key: String, replacement: String? = nil, report: inout ConfigReport
  ) -> Placed<String>? {
    guard let member = take(key, replacement: replacement) else { return nil }
    guard let text = member.value.textOrNumber else {
      report.refuse(
        member.value.position, "\(label(key)) must be text, not \(member.value.value.kind)",
        hint: member.value.bool == nil ? "" : "put the value in quotes")
      return nil
    }
    guard !text.isEmpty else { return nil }
    return placed(text, member)
  }

  mutating func flag(_ key: String, report: inout ConfigReport) -> Placed<Bool>? {
    guard let member = take(key) else { return nil }
    guard let flag = member.value.bool else {
      report.refuse(
        member.value.position,
        "\(label(key)) must be true or false, not \(member.value.value.kind)",
        hint: member.value.string == nil ? "" : "write true or false without quotes")
      return nil
    }
    return placed(flag, member)
  }

  mutating func list(_ key: String, report: inout ConfigReport) -> Placed<[Node]>? {
    guard let member = take(key) else { return nil }
    guard let list = member.value.list else {
      report.refuse(
        member.value.position, "\(label(key)) must be a list, not \(member.value.value.kind)",
        hint: "write each item on its own line after \"- \"")
      return nil
    }
    return placed(list, member)
  }

  /// The texts of a list; items of another kind are refused.
  mutating func texts(_ key: String, report: inout ConfigReport) -> [Placed<String>] {
    guard let list = list(key, report: &report) else { return [] }
    var texts: [Placed<String>] = []
    for (index, item) in list.value.enumerated() {
      let label = self.label("\(key)[\(index)]")
      if let text = item.textOrNumber {
        texts.append(Placed(value: text, place: report.place(item.position), label: label))
      } else {
        report.refuse(item.position, "\(label) must be text, not \(item.value.kind)")
      }
    }
    return texts
  }

  /// Refuses every key that was not taken.
  mutating func refuseRest(_ report: inout ConfigReport, hints: [String: String] = [:]) {
    for member in rest { refuse(unknown: member, &report, hint: hints[member.key]) }
    rest = []
  }

  /// Refuses one key. A key with a colon is most likely a value that lost its blank, and could be a
  /// secret: only its beginning is shown.
  func refuse(unknown member: Member, _ report: inout ConfigReport, hint: String? = nil) {
    let shown = Self.shown(member.key)
    let inside = section.isEmpty ? "" : " in `\(section)`"
    var hint = hint
    if hint == nil {
      if member.key.contains(":") {
        hint = "write a blank after the colon that ends a key"
      } else {
        hint = KeySuggestion.nearest(to: member.key, among: known.map(\.key))
          .flatMap { near in known.first { $0.key == near }?.suggestion }
          .map { "did you mean `\($0)`?" }
      }
    }
    report.refuse(
      member.keyPosition, "unknown key `\(shown)`\(inside)",
      hint: hint ?? "remove it, or correct its spelling")
  }

  private static func shown(_ key: String) -> String {
    let name = key.prefix { $0 != ":" && $0 != "=" && !$0.isWhitespace }
    return String(name.prefix(64))
  }

  private func placed<Value: Sendable>(_ value: Value, _ member: Member) -> Placed<Value> {
    Placed(value: value, place: .file(file, member.value.position), label: label(member.key))
  }
}
