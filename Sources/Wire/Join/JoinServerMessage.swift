/// What a client receives after it has sent its method's first message.
public enum JoinServerMessage: Sendable, Equatable {
  /// A challenge: its field number in the envelope, and the encoded message.
  case challenge(field: UInt32, message: [UInt8])
  /// The end of a successful join.
  case result(JoinResult)
}
