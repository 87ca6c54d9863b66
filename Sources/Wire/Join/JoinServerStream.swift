/// The server's end of one join. One task at a time may use it.
public protocol JoinServerStream: Sendable {
  /// The next message of the client.
  ///
  /// - Returns: nil when the client has closed its direction.
  /// - Throws: `badParameter` for bytes that are no join message, `limitExceeded` when the stream's time is
  ///   up or a message is too large, `connectionProblem` when the client went away.
  func receive() async throws(RPCError) -> JoinClientMessage?
  /// Answers ``JoinClientMessage/initialize(_:)``.
  func sendInit(_ message: ServerInit) async throws(RPCError)
  /// Sends a challenge: its field number in the envelope, and the encoded message.
  func sendChallenge(field: UInt32, message: [UInt8]) async throws(RPCError)
  /// Sends the result. The stream ends with success when the handler returns.
  func sendResult(_ result: JoinResult) async throws(RPCError)
}

/// Verifies joins. Implemented by the authority.
public protocol JoinHandler: Sendable {
  /// Runs one join from its first message to its result.
  ///
  /// Returning ends the stream with success; throwing ends it with the status of the error's code. The task is
  /// cancelled when the client goes away or the stream's time is up.
  func join(_ stream: any JoinServerStream, peer: Peer) async throws(RPCError)
}
