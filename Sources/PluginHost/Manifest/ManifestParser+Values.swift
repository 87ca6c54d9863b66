import Documents

/// Single values, each with the complaint that belongs to it. `path` is empty or ends with a dot.
extension ManifestParser {
  /// A required text.
  mutating func text(_ node: Node, _ key: String, _ path: String) -> String {
    guard let value = node[key]?.string, !value.isEmpty else {
      complain("\(path)\(key) must be a text")
      return ""
    }
    return value
  }

  /// A required text that is shown to people on one line.
  mutating func line(_ node: Node, _ key: String, _ path: String) -> String {
    let value = text(node, key, path)
    if value.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) {
      complain("\(path)\(key) must be one line")
    }
    return value
  }

  mutating func optionalText(_ node: Node, _ key: String, _ path: String) -> String? {
    node[key] == nil ? nil : text(node, key, path)
  }

  mutating func flag(_ node: Node, _ key: String, _ path: String) -> Bool {
    guard let value = node[key] else { return false }
    guard let flag = value.bool else {
      complain("\(path)\(key) must be true or false")
      return false
    }
    return flag
  }

  /// One of a few texts; required when there is no fallback.
  mutating func choice(
    _ node: Node, _ key: String, _ path: String, _ allowed: [String], fallback: String? = nil
  ) -> String? {
    guard let value = node[key] ?? fallback.map({ Node(.string($0)) }) else {
      complain("\(path)\(key) must be one of \(allowed.joined(separator: ", "))")
      return nil
    }
    guard let text = value.string, allowed.contains(text) else {
      let found = value.string.map { ", not " + quoted($0) } ?? ""
      complain("\(path)\(key) must be one of \(allowed.joined(separator: ", "))\(found)")
      return nil
    }
    return text
  }

  /// A name of `[a-z0-9_-]{1,64}`.
  mutating func name(_ node: Node, _ key: String, _ path: String) -> String {
    let name = text(node, key, path)
    if !name.isEmpty, !Self.isName(name) {
      complain("\(path)\(key) must be [a-z0-9_-]{1,64}, not \(quoted(name))")
    }
    return name
  }

  /// A list of different texts; absent is empty.
  mutating func texts(_ node: Node, _ key: String, _ path: String) -> [String] {
    guard let value = node[key] else { return [] }
    let items = list(value, path + key)
    let texts = items.compactMap(\.string)
    if texts.count != items.count { complain("\(path)\(key) must hold texts") }
    if Set(texts).count != texts.count { complain("\(path)\(key) names something twice") }
    return texts
  }

  mutating func list(_ node: Node, _ path: String) -> [Node] {
    guard let list = node.list else {
      complain("\(path) must be a list")
      return []
    }
    return list
  }

  mutating func checkKeys(_ node: Node, _ path: String, _ known: [String]) {
    guard let members = node.members else {
      complain("\(path.isEmpty ? "the manifest" : String(path.dropLast())) must be an object")
      return
    }
    for member in members where !known.contains(member.key) {
      complain("unknown key \(path)\(quoted(member.key))")
    }
  }

  /// A foreign text in quotes, short and without control characters.
  func quoted(_ text: String) -> String {
    let shown = text.unicodeScalars.prefix(64).map {
      $0.value < 32 || $0.value == 127 ? "?" : Character($0)
    }
    return "\"" + String(shown) + (text.unicodeScalars.count > 64 ? "..." : "") + "\""
  }
}
