extension Node {
  /// The member with that key, or nil when there is none or this is no map. Keys are compared byte by
  /// byte.
  public subscript(_ key: String) -> Node? {
    guard case .map(let members) = value else { return nil }
    for member in members where member.key.sameBytes(as: key) { return member.value }
    return nil
  }

  /// The text of a string; nil for every other kind.
  public var string: String? {
    guard case .string(let text) = value else { return nil }
    return text
  }

  /// A number that is a whole number in range; nil for fractions, exponents, overflow and every other
  /// kind.
  public var int64: Int64? {
    guard case .number(let text) = value else { return nil }
    return Numeral.int64(text)
  }

  /// True or false; nil for every other kind.
  public var bool: Bool? {
    guard case .bool(let flag) = value else { return nil }
    return flag
  }

  /// The elements of a list; nil for every other kind.
  public var list: [Node]? {
    guard case .list(let nodes) = value else { return nil }
    return nodes
  }

  /// The members of a map in document order; nil for every other kind.
  public var members: [Member]? {
    guard case .map(let members) = value else { return nil }
    return members
  }

  public var isNull: Bool {
    guard case .null = value else { return false }
    return true
  }
}

extension Node {
  /// The text of a string, or of a number as it was written; nil for every other kind. For fields
  /// where `1234` in a file means the text "1234".
  public var textOrNumber: String? {
    switch value {
    case .string(let text), .number(let text): text
    default: nil
    }
  }
}
