/// A recursive-descent parser over one JSON text. Its recursion is bounded by `maxDepth`.
struct JSONParser {
  let bytes: [UInt8]
  var index = 0
  /// Continuation bytes of UTF-8 seen on this line: they take no column.
  var continuations = 0
  private var line = 1
  private var lineStart = 0
  private let maxDepth: Int

  init(_ bytes: [UInt8], maxDepth: Int) {
    self.bytes = bytes
    self.maxDepth = maxDepth
  }

  var position: Position {
    Position(line: line, column: index - lineStart - continuations + 1)
  }

  mutating func document() throws(DocumentError) -> Node {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      throw DocumentError(
        "the document begins with a byte order mark; save it as UTF-8 without one", at: position)
    }
    skipSpace()
    if index == bytes.count { throw DocumentError("the document is empty", at: position) }
    let node = try value(depth: 0)
    skipSpace()
    guard index == bytes.count else {
      throw expected("the end of the document", at: position)
    }
    return node
  }

  private mutating func value(depth: Int) throws(DocumentError) -> Node {
    let start = position
    guard index < bytes.count else {
      throw expected("a value", at: start)
    }
    switch bytes[index] {
    case 0x7B: return Node(.map(try map(depth: depth + 1)), at: start)
    case 0x5B: return Node(.list(try list(depth: depth + 1)), at: start)
    case 0x22: return Node(.string(try string()), at: start)
    case 0x74 where word("true"): return Node(.bool(true), at: start)
    case 0x66 where word("false"): return Node(.bool(false), at: start)
    case 0x6E where word("null"): return Node(.null, at: start)
    case 0x2D, 0x30...0x39: return Node(.number(try number()), at: start)
    default: throw expected("a value", at: start)
    }
  }

  private mutating func map(depth: Int) throws(DocumentError) -> [Member] {
    try enter(depth)
    var members: [Member] = []
    skipSpace()
    if take(0x7D) { return members }
    while true {
      skipSpace()
      guard index < bytes.count, bytes[index] == 0x22 else {
        throw expected("a key in double quotes", at: position)
      }
      let keyPosition = position
      let key = try string()
      skipSpace()
      guard take(0x3A) else {
        throw expected("':' after the key", at: position)
      }
      skipSpace()
      let node = try value(depth: depth)
      members.append(Member(key: key, keyPosition: keyPosition, value: node))
      skipSpace()
      if take(0x2C) { continue }
      if take(0x7D) { break }
      throw expected("',' or '}' in the map", at: position)
    }
    if let repeated = firstRepeatedMember(members) {
      throw DocumentError(
        concat("the key ", repeated.key.excerpt, " appears twice in this map; keep one of them"),
        at: repeated.keyPosition)
    }
    return members
  }

  private mutating func list(depth: Int) throws(DocumentError) -> [Node] {
    try enter(depth)
    var nodes: [Node] = []
    skipSpace()
    if take(0x5D) { return nodes }
    while true {
      skipSpace()
      nodes.append(try value(depth: depth))
      skipSpace()
      if take(0x2C) { continue }
      if take(0x5D) { return nodes }
      throw expected("',' or ']' in the list", at: position)
    }
  }

  private mutating func enter(_ depth: Int) throws(DocumentError) {
    guard depth <= maxDepth else {
      throw DocumentError(
        concat("lists and maps are nested more than ", decimal(maxDepth), " deep"), at: position)
    }
    index += 1
  }

  private mutating func number() throws(DocumentError) -> String {
    guard let end = Numeral.jsonEnd(bytes, from: index) else {
      throw DocumentError("this is no number by the rules of JSON", at: position)
    }
    // "01" and "1.e3" would otherwise surface as a puzzling missing comma.
    if end < bytes.count, (0x30...0x39).contains(bytes[end]) || bytes[end] == 0x2E {
      throw DocumentError("this is no number by the rules of JSON", at: position)
    }
    let text = String(decoding: bytes[index..<end], as: UTF8.self)
    index = end
    return text
  }

  private mutating func word(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard bytes.count - index >= count else { return false }
    for offset in 0..<count where bytes[index + offset] != text.utf8Start[offset] { return false }
    index += count
    return true
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard index < bytes.count, bytes[index] == byte else { return false }
    index += 1
    return true
  }

  private mutating func skipSpace() {
    while index < bytes.count {
      switch bytes[index] {
      case 0x20, 0x09, 0x0D: index += 1
      case 0x0A:
        index += 1
        line += 1
        lineStart = index
        continuations = 0
      default: return
      }
    }
  }

  @inline(never)
  private func expected(_ what: String, at position: Position) -> DocumentError {
    DocumentError(concat("expected ", what, ", found ", found), at: position)
  }

  /// What stands at the current index, in words that are safe to print.
  var found: String {
    guard index < bytes.count else { return "the end of the document" }
    let byte = bytes[index]
    guard byte > 0x20, byte < 0x7F else { return concat("byte ", decimal(Int(byte))) }
    return concat("'", String(decoding: [byte], as: UTF8.self), "'")
  }
}
