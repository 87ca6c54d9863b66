import Documents

/// Collects the text of one document in block style.
struct YAMLWriter {
  private(set) var text = ""

  mutating func write(document node: Node) {
    switch node.value {
    case .list(let nodes) where !nodes.isEmpty: write(list: nodes, indent: 0, inline: false)
    case .map(let members) where !members.isEmpty: write(map: members, indent: 0, inline: false)
    default: write(scalar: node, indent: 0)
    }
  }

  /// Writes what follows `key:`, up to and with the newline.
  private mutating func write(after node: Node, indent: Int) {
    switch node.value {
    case .list(let nodes) where !nodes.isEmpty:
      text += "\n"
      write(list: nodes, indent: indent, inline: false)
    case .map(let members) where !members.isEmpty:
      text += "\n"
      write(map: members, indent: indent + 2, inline: false)
    default:
      text += " "
      write(scalar: node, indent: indent)
    }
  }

  /// - Parameter inline: the first item continues the current line, after another `- `.
  private mutating func write(list nodes: [Node], indent: Int, inline: Bool) {
    for (index, node) in nodes.enumerated() {
      if index > 0 || !inline { pad(indent) }
      text += "- "
      switch node.value {
      case .list(let inner) where !inner.isEmpty:
        write(list: inner, indent: indent + 2, inline: true)
      case .map(let inner) where !inner.isEmpty:
        write(map: inner, indent: indent + 2, inline: true)
      default: write(scalar: node, indent: indent)
      }
    }
  }

  private mutating func write(map members: [Member], indent: Int, inline: Bool) {
    for (index, member) in members.enumerated() {
      if index > 0 || !inline { pad(indent) }
      let key = YAMLText.inline(member.key)
      // libyaml, like the YAML specification, takes only short keys without a question mark.
      if key.unicodeScalars.count > 1000 {
        text += "? \(key)\n"
        pad(indent)
        text += ":"
      } else {
        text += "\(key):"
      }
      write(after: member.value, indent: indent)
    }
  }

  private mutating func write(scalar node: Node, indent: Int) {
    switch node.value {
    case .null: text += "null\n"
    case .bool(let flag): text += flag ? "true\n" : "false\n"
    case .number(let number):
      text += (CoreSchema.isNumber(number) ? number : YAMLText.inline(number)) + "\n"
    case .string(let string):
      if let lines = YAMLText.literalLines(string) {
        text += string.utf8.last == 0x0A ? "|\n" : "|-\n"
        for line in lines {
          if !line.isEmpty {
            pad(indent + 2)
            text += line
          }
          text += "\n"
        }
      } else {
        text += YAMLText.inline(string) + "\n"
      }
    case .list: text += "[]\n"
    case .map: text += "{}\n"
    }
  }

  private mutating func pad(_ count: Int) {
    for _ in 0..<count { text += " " }
  }
}
