import Documents
import PluginKit

/// Reads the fields of a status and collects every problem they have.
struct StatusReader {
  let node: Node
  /// Where the fields are below `status.`, empty or with a dot at its end.
  let path: String
  private(set) var problems: [SpecProblem] = []

  init(node: Node, path: String) {
    self.node = node
    self.path = path
  }

  mutating func text(_ key: String) -> String {
    guard let value = present(key) else { return "" }
    if let text = value.textOrNumber { return text }
    note(key, "must be text")
    return ""
  }

  mutating func number(_ key: String, upTo limit: Int64) -> Int64 {
    guard let value = present(key) else { return 0 }
    if let number = value.int64, number >= 0, number <= limit { return number }
    note(key, "must be a whole number from 0 to " + String(limit))
    return 0
  }

  mutating func time(_ key: String) -> Int64? {
    guard let value = present(key) else { return nil }
    if let seconds = value.string.flatMap({ Timestamp.seconds($0) }) { return seconds }
    note(key, "must be a time like 2030-01-01T00:00:00Z")
    return nil
  }

  mutating func known(_ keys: [String]) {
    for member in node.members ?? [] {
      var known = false
      for key in keys where key.sameBytes(as: member.key) { known = true }
      if !known { note(member.key, "is not a known key; remove it") }
    }
  }

  mutating func note(_ key: String, _ message: String) {
    problems.append(SpecProblem(path: "status." + path + key, message: message))
  }

  private func present(_ key: String) -> Node? {
    guard let value = node[key], !value.isNull else { return nil }
    return value
  }
}
