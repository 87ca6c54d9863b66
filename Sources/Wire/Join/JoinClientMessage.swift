/// What a server receives during a join.
public enum JoinClientMessage: Sendable, Equatable {
  /// Always first.
  case initialize(ClientInit)
  /// A method's first message: its field number, field 1 decoded, and all other fields as encoded protobuf.
  case method(field: UInt32, params: ClientParams?, fragment: [UInt8])
  /// The answer to a challenge: its field number in the envelope, and the encoded message.
  case solution(field: UInt32, message: [UInt8])
  /// The client stops; answer with an error status.
  case givingUp(reason: GiveUpReason, text: String)
}
