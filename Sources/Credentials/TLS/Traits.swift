import Documents

/// Traits as certificates carry them: a JSON object of lists of strings.
enum Traits {
  /// The text, names in byte order.
  static func json(_ traits: [String: [String]]) -> String {
    let sorted = traits.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    let node = Node.object(sorted.map { ($0.key, .array($0.value.map { .text($0) })) })
    return String(decoding: JSON.serialize(node), as: UTF8.self)
  }

  /// The traits in a text; nil when it is anything else. `null` counts as no traits.
  static func parse(_ text: String) -> [String: [String]]? {
    guard let node = try? JSON.parse(Array(text.utf8)) else { return nil }
    if node.isNull { return [:] }
    guard let members = node.members else { return nil }
    var traits: [String: [String]] = [:]
    for member in members {
      if member.value.isNull {
        traits[member.key] = []
        continue
      }
      guard let list = member.value.list else { return nil }
      let values = list.compactMap(\.string)
      guard values.count == list.count else { return nil }
      traits[member.key] = values
    }
    return traits
  }
}
