extension Node {
  public static var null: Node { Node(.null) }

  /// A map with these members in this order. The caller keeps keys unique.
  public static func object(_ members: [(String, Node)]) -> Node {
    Node(.map(members.map { Member(key: $0.0, value: $0.1) }))
  }

  public static func array(_ nodes: [Node]) -> Node { Node(.list(nodes)) }

  public static func text(_ text: String) -> Node { Node(.string(text)) }

  public static func integer(_ number: Int64) -> Node { Node(.number("\(number)")) }

  public static func flag(_ flag: Bool) -> Node { Node(.bool(flag)) }

  /// This map with `key` set: in place when it exists, at the end otherwise. Anything that is no map
  /// counts as an empty one.
  public func setting(_ key: String, _ node: Node) -> Node {
    var members = self.members ?? []
    for index in members.indices where members[index].key.sameBytes(as: key) {
      members[index].value = node
      return Node(.map(members), at: position)
    }
    members.append(Member(key: key, value: node))
    return Node(.map(members), at: position)
  }

  /// This map without `key`; unchanged when there is no such member.
  public func removing(_ key: String) -> Node {
    guard let members else { return self }
    return Node(.map(members.filter { !$0.key.sameBytes(as: key) }), at: position)
  }
}
