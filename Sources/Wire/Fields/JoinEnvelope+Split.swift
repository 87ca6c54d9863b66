extension JoinEnvelope {
  /// The one length-delimited field of a message that holds exactly one; numbers beside it are ignored.
  static func only(_ bytes: [UInt8], in range: Range<Int>, what: String) throws(RPCError)
    -> (number: UInt32, content: Range<Int>)
  {
    var found: (number: UInt32, content: Range<Int>)?
    var scanner = FieldScanner(bytes, in: range)
    while let field = try next(&scanner, what: what) {
      guard let content = field.content else { continue }
      guard found == nil else {
        throw RPCError(.badParameter, "the \(what) holds more than one message")
      }
      found = (field.number, content)
    }
    guard let found else { throw RPCError(.badParameter, "the \(what) is empty") }
    return found
  }

  /// Separates field 1, which belongs to the host, from all others, which belong to the join method.
  static func split(_ bytes: [UInt8], in range: Range<Int>, what: String) throws(RPCError)
    -> (first: [UInt8]?, others: [UInt8])
  {
    var first: [UInt8]?
    var others: [UInt8] = []
    var scanner = FieldScanner(bytes, in: range)
    while let field = try next(&scanner, what: what) {
      if field.number == 1 {
        guard let content = field.content, first == nil else {
          throw RPCError(.badParameter, "field 1 of the \(what) is not one message")
        }
        first = Array(bytes[content])
      } else {
        try limit(others.count + field.raw.count)
        others += bytes[field.raw]
      }
    }
    return (first, others)
  }

  static func limit(_ range: Range<Int>) throws(RPCError) { try limit(range.count) }

  static func limit(_ count: Int) throws(RPCError) {
    guard count <= maxMethodMessageBytes else {
      throw RPCError(
        .limitExceeded, "a join message is longer than \(maxMethodMessageBytes) bytes")
    }
  }

  private static func next(_ scanner: inout FieldScanner, what: String) throws(RPCError)
    -> FieldScanner.Field?
  {
    do {
      return try scanner.next()
    } catch {
      throw RPCError(
        .badParameter, "the \(what) is malformed at byte \(error.offset): \(error.reason)")
    }
  }
}
