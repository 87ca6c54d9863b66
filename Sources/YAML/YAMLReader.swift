import Documents

/// Builds nodes from events. Its recursion is bounded by `maxDepth`.
struct YAMLReader: ~Copyable {
  private var events: YAMLEvents
  private let maxDepth: Int

  init(events: consuming YAMLEvents, maxDepth: Int) {
    self.events = events
    self.maxDepth = maxDepth
  }

  mutating func documents() throws(DocumentError) -> [Node] {
    var nodes: [Node] = []
    while true {
      let event = try events.next()
      switch event.kind {
      case .streamStart, .documentEnd: continue
      case .streamEnd: return nodes
      case .documentStart: nodes.append(try node(try events.next(), depth: 0))
      default:
        throw DocumentError("expected the beginning of a document", at: event.position)
      }
    }
  }

  private mutating func node(_ event: YAMLEvent, depth: Int) throws(DocumentError) -> Node {
    switch event.kind {
    case .scalar(let text, let plain):
      return Node(plain ? CoreSchema.value(text) : .string(text), at: event.position)
    case .listStart:
      try checkDepth(depth + 1, at: event.position)
      var nodes: [Node] = []
      while true {
        let next = try events.next()
        if case .listEnd = next.kind { return Node(.list(nodes), at: event.position) }
        nodes.append(try node(next, depth: depth + 1))
      }
    case .mapStart:
      try checkDepth(depth + 1, at: event.position)
      return Node(.map(try members(depth: depth + 1)), at: event.position)
    default:
      throw DocumentError("expected a value", at: event.position)
    }
  }

  private mutating func members(depth: Int) throws(DocumentError) -> [Member] {
    var members: [Member] = []
    while true {
      let event = try events.next()
      switch event.kind {
      case .mapEnd:
        if let repeated = firstRepeatedMember(members) {
          throw DocumentError(
            "the key \(repeated.key.excerpt) appears twice in this map; keep one of them",
            at: repeated.keyPosition)
        }
        return members
      case .scalar(let key, let plain):
        if plain, key.isEmpty {
          throw DocumentError("the key before ':' is missing", at: event.position)
        }
        if plain, key.sameBytes(as: "<<") {
          throw DocumentError(
            "merge keys (<<) are not supported; write the keys out", at: event.position)
        }
        let value = try node(try events.next(), depth: depth)
        members.append(Member(key: key, keyPosition: event.position, value: value))
      default:
        throw DocumentError("a key must be text, not a list or a map", at: event.position)
      }
    }
  }

  private func checkDepth(_ depth: Int, at position: Position) throws(DocumentError) {
    guard depth <= maxDepth else {
      throw DocumentError("lists and maps are nested more than \(maxDepth) deep", at: position)
    }
  }
}
