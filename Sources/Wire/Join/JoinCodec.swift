internal import SwiftProtobuf

/// Join messages to and from bytes: the envelope by hand, the host's own messages by their schema.
enum JoinCodec {
  static func decodeRequest(_ bytes: [UInt8]) throws(RPCError) -> JoinClientMessage {
    switch try JoinEnvelope.request(bytes) {
    case .initialize(let message): return .initialize(try ClientInit(decoding: message))
    case .method(let field, let params, let fragment):
      return .method(
        field: field,
        params: try params.map { bytes throws(RPCError) in try ClientParams(decoding: bytes) },
        fragment: fragment)
    case .solution(let field, let message): return .solution(field: field, message: message)
    case .givingUp(let message):
      let message = try decode(ProtoGivingUp.self, message, "giving-up message")
      return .givingUp(
        reason: GiveUpReason(rawValue: message.reason.rawValue) ?? .unspecified,
        text: String(message.msg.prefix(1024)))
    }
  }

  static func encode(_ request: JoinClientMessage) throws(RPCError) -> [UInt8] {
    switch request {
    case .initialize(let message):
      return JoinEnvelope.encode(JoinEnvelope.Request.initialize(try message.encoded()))
    case .method(let field, let params, let fragment):
      return JoinEnvelope.encode(
        .method(
          field: field, params: try params.map { params throws(RPCError) in try params.encoded() },
          fragment: fragment))
    case .solution(let field, let message):
      return JoinEnvelope.encode(.solution(field: field, message: message))
    case .givingUp(let reason, let text):
      let message = ProtoGivingUp.with {
        $0.reason = ProtoGivingUp.Reason(rawValue: reason.rawValue) ?? .unspecified
        $0.msg = text
      }
      return JoinEnvelope.encode(JoinEnvelope.Request.givingUp(try serialize(message)))
    }
  }

  /// Decodes a server message after ``ServerInit``.
  static func decodeResponse(_ bytes: [UInt8]) throws(RPCError) -> JoinServerMessage {
    switch try JoinEnvelope.response(bytes) {
    case .initialize:
      throw RPCError(.badParameter, "the server sent its first message twice")
    case .challenge(let field, let message): return .challenge(field: field, message: message)
    case .result(let certificates, let fragment):
      guard let certificates else {
        throw RPCError(.badParameter, "the join result holds no certificates")
      }
      return .result(
        JoinResult(certificates: try JoinCertificates(decoding: certificates), fragment: fragment))
    }
  }

  /// Decodes a server's first message.
  static func decodeServerInit(_ bytes: [UInt8]) throws(RPCError) -> ServerInit {
    guard case .initialize(let message) = try JoinEnvelope.response(bytes) else {
      throw RPCError(.badParameter, "the server's first message is not its init message")
    }
    let decoded = try decode(ProtoServerInit.self, message, "server init message")
    return ServerInit(
      method: decoded.joinMethod, signatureSuite: decoded.signatureAlgorithmSuite)
  }

  static func encode(_ message: ServerInit) throws(RPCError) -> [UInt8] {
    let encoded = ProtoServerInit.with {
      $0.joinMethod = message.method
      $0.signatureAlgorithmSuite = message.signatureSuite
    }
    return JoinEnvelope.encode(JoinEnvelope.Response.initialize(try serialize(encoded)))
  }

  static func encode(_ message: JoinServerMessage) throws(RPCError) -> [UInt8] {
    switch message {
    case .challenge(let field, let message):
      return JoinEnvelope.encode(JoinEnvelope.Response.challenge(field: field, message: message))
    case .result(let result):
      return JoinEnvelope.encode(
        .result(certificates: try result.certificates.encoded(), fragment: result.fragment))
    }
  }
}
