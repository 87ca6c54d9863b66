import Documents
import PluginKit

/// One map of a spec or a status, and where it stands. Reading a field notes what is wrong with it, so
/// that all problems are told at once.
struct Fields {
  let node: Node
  /// In front of the key in a problem's path: empty, or with a dot at its end.
  let path: String

  func text(_ key: String, _ problems: inout [SpecProblem]) -> String {
    guard let value = present(key) else { return "" }
    if let text = value.textOrNumber { return text }
    note(key, "must be text", &problems)
    return ""
  }

  func number(_ key: String, upTo limit: Int64, _ problems: inout [SpecProblem]) -> Int64 {
    guard let value = present(key) else { return 0 }
    if let number = value.int64, number >= 0, number <= limit { return number }
    note(key, "must be a whole number from 0 to " + String(limit), &problems)
    return 0
  }

  func time(_ key: String, _ problems: inout [SpecProblem]) -> Int64? {
    guard let value = present(key) else { return nil }
    if let seconds = value.string.flatMap({ Timestamp.seconds($0) }) { return seconds }
    note(key, "must be a time like 2030-01-01T00:00:00Z", &problems)
    return nil
  }

  /// The map below a key; nil when there is none.
  func map(_ key: String, _ problems: inout [SpecProblem]) -> Fields? {
    guard let value = present(key) else { return nil }
    if value.members != nil { return Fields(node: value, path: path + key + ".") }
    note(key, "must be a map", &problems)
    return nil
  }

  func known(_ keys: [String], _ problems: inout [SpecProblem]) {
    for member in node.members ?? [] {
      var isKnown = false
      for key in keys where key.sameBytes(as: member.key) { isKnown = true }
      if !isKnown {
        note(member.key, "is not a known key; remove it or correct its spelling", &problems)
      }
    }
  }

  func note(_ key: String, _ message: String, _ problems: inout [SpecProblem]) {
    problems.append(SpecProblem(path: path + key, message: message))
  }

  private func present(_ key: String) -> Node? {
    guard let value = node[key], !value.isNull else { return nil }
    return value
  }
}
