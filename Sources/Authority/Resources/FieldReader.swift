import Documents
import PluginHost

/// Reads the fields of a document and collects what is wrong with them.
struct FieldReader {
  private(set) var problems: [ResourceProblem] = []

  mutating func note(_ position: Position, _ message: String) {
    problems.append(ResourceProblem(position: position, message: message))
  }

  mutating func noteAbsence(_ position: Position, _ message: String) {
    problems.append(ResourceProblem(position: position, message: message, isAbsence: true))
  }

  /// Reports members that are not in `known`, with the nearest known key.
  mutating func check(_ node: Node, _ path: String, known: [String]) {
    guard let members = node.members else {
      note(node.position, "\(path.isEmpty ? "the document" : path) must be a map")
      return
    }
    for member in members where !known.contains(member.key) {
      let near = KeySuggestion.nearest(to: member.key, among: known)
      note(
        member.keyPosition,
        "unknown key \(member.key.excerpt)\(path.isEmpty ? "" : " in \(path)"); "
          + (near.map { "did you mean \($0)?" } ?? "known keys are \(known.joined(separator: ", "))")
      )
    }
  }

  mutating func text(
    _ node: Node, _ key: String, _ path: String, required: Bool = false
  ) -> String {
    guard let value = node[key], !value.isNull else {
      if required { noteAbsence(node.position, "\(path)\(key) is missing; add it") }
      return ""
    }
    guard let text = value.textOrNumber else {
      note(value.position, "\(path)\(key) must be text, not \(value.value.kind)")
      return ""
    }
    if required, text.isEmpty { note(value.position, "\(path)\(key) is empty; give it a value") }
    return text
  }

  mutating func nodes(_ node: Node, _ key: String, _ path: String) -> [Node] {
    guard let value = node[key], !value.isNull else { return [] }
    guard let list = value.list else {
      note(value.position, "\(path)\(key) must be a list, not \(value.value.kind)")
      return []
    }
    return list
  }

  mutating func texts(_ node: Node, _ key: String, _ path: String) -> [String] {
    var texts: [String] = []
    for item in nodes(node, key, path) {
      if let text = item.textOrNumber, !text.isEmpty {
        texts.append(text)
      } else {
        note(item.position, "\(path)\(key) holds an entry that is not text")
      }
    }
    return texts
  }

  mutating func flag(_ node: Node, _ key: String, _ path: String) -> Bool {
    guard let value = node[key], !value.isNull else { return false }
    guard let flag = value.bool else {
      note(value.position, "\(path)\(key) must be true or false")
      return false
    }
    return flag
  }

  /// A duration such as `12h`, in seconds.
  mutating func seconds(_ node: Node, _ key: String, _ path: String) -> Int64? {
    guard let value = node[key], !value.isNull else { return nil }
    let parsed = value.string.flatMap { GoDuration.nanoseconds($0) }.map { $0 / 1_000_000_000 }
    guard let parsed, parsed > 0 else {
      note(value.position, "\(path)\(key) must be a duration like 12h or 90m")
      return nil
    }
    return parsed
  }

  /// An RFC 3339 time, in seconds since the epoch.
  mutating func time(_ node: Node, _ key: String, _ path: String) -> Int64? {
    guard let value = node[key], !value.isNull else { return nil }
    guard let text = value.string, let parsed = TimeText.seconds(text) else {
      note(value.position, "\(path)\(key) must be a time like 2030-01-01T00:00:00Z")
      return nil
    }
    return parsed
  }
}

extension Node {
  /// A member, or an empty map where it would be.
  func section(_ key: String) -> Node {
    if let member = self[key], !member.isNull { return member }
    return Node(.map([]), at: position)
  }
}
