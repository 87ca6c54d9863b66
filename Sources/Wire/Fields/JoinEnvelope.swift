/// The outer shape of join messages, told apart without knowing any join method.
///
/// A method's own messages stay encoded. They are at most ``maxMethodMessageBytes`` long, in both directions.
enum JoinEnvelope {
  /// Longest message of a join method, init message and result fields included.
  static let maxMethodMessageBytes = 64 * 1024

  /// What a client's message holds.
  enum Request: Equatable {
    case initialize([UInt8])
    case method(field: UInt32, params: [UInt8]?, fragment: [UInt8])
    case solution(field: UInt32, message: [UInt8])
    case givingUp([UInt8])
  }

  /// What a server's message holds.
  enum Response: Equatable {
    case initialize([UInt8])
    case challenge(field: UInt32, message: [UInt8])
    case result(certificates: [UInt8]?, fragment: [UInt8])
  }

  /// Takes a client's message apart.
  ///
  /// - Throws: `badParameter` for bytes that are no join message, `limitExceeded` for a method message that is too long.
  static func request(_ bytes: [UInt8]) throws(RPCError) -> Request {
    let field = try only(bytes, in: bytes.startIndex..<bytes.endIndex, what: "join request")
    switch field.number {
    case 1: return .initialize(Array(bytes[field.content]))
    case 6: return .givingUp(Array(bytes[field.content]))
    case 4:
      let solution = try only(bytes, in: field.content, what: "challenge solution")
      try limit(solution.content)
      return .solution(field: solution.number, message: Array(bytes[solution.content]))
    default:
      let (params, fragment) = try split(bytes, in: field.content, what: "first method message")
      return .method(field: field.number, params: params, fragment: fragment)
    }
  }

  /// Takes a server's message apart.
  ///
  /// - Throws: `badParameter` for bytes that are no join message or a result for a host, `limitExceeded` for a method message
  ///   that is too long.
  static func response(_ bytes: [UInt8]) throws(RPCError) -> Response {
    let field = try only(bytes, in: bytes.startIndex..<bytes.endIndex, what: "join response")
    switch field.number {
    case 1: return .initialize(Array(bytes[field.content]))
    case 2:
      let challenge = try only(bytes, in: field.content, what: "challenge")
      try limit(challenge.content)
      return .challenge(field: challenge.number, message: Array(bytes[challenge.content]))
    case 3:
      let result = try only(bytes, in: field.content, what: "join result")
      guard result.number == 2 else {
        throw RPCError(.badParameter, "the join result is not one for a bot")
      }
      let (certificates, fragment) = try split(bytes, in: result.content, what: "join result")
      return .result(certificates: certificates, fragment: fragment)
    default:
      throw RPCError(
        .badParameter,
        "the join response holds field \(field.number), which this version does not know")
    }
  }

  /// Puts a client's message together.
  static func encode(_ request: Request) -> [UInt8] {
    var outer = FieldWriter()
    var inner = FieldWriter()
    switch request {
    case .initialize(let message): outer.append(1, message)
    case .givingUp(let message): outer.append(6, message)
    case .solution(let field, let message):
      inner.append(field, message)
      outer.append(4, inner.bytes)
    case .method(let field, let params, let fragment):
      if let params { inner.append(1, params) }
      inner.append(encoded: fragment)
      outer.append(field, inner.bytes)
    }
    return outer.bytes
  }

  /// Puts a server's message together.
  static func encode(_ response: Response) -> [UInt8] {
    var outer = FieldWriter()
    var inner = FieldWriter()
    switch response {
    case .initialize(let message): outer.append(1, message)
    case .challenge(let field, let message):
      inner.append(field, message)
      outer.append(2, inner.bytes)
    case .result(let certificates, let fragment):
      if let certificates { inner.append(1, certificates) }
      inner.append(encoded: fragment)
      var result = FieldWriter()
      result.append(2, inner.bytes)
      outer.append(3, result.bytes)
    }
    return outer.bytes
  }
}
