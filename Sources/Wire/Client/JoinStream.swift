/// The client's end of one join. One task at a time may use it.
///
/// Order: ``sendInit(_:)``, ``sendMethod(field:params:fragment:)``, then ``next()`` until it is a result, each challenge answered with
/// ``sendSolution(field:message:)`` or ``giveUp(reason:text:)``. ``close()`` when done, in every case.
public final class JoinStream: Sendable {
  /// Sends the first message and waits for the server's answer.
  public func sendInit(_ message: ClientInit) async throws(RPCError) -> ServerInit {
    throw RPCError(.notImplemented, "not built yet")
  }

  /// Sends the method's first message.
  ///
  /// - Parameters:
  ///   - field: number of the message in the envelope, from the method's manifest.
  ///   - params: becomes field 1, in front.
  ///   - fragment: the method's other fields, encoded protobuf; at most 64 KiB.
  public func sendMethod(field: UInt32, params: ClientParams, fragment: [UInt8])
    async throws(RPCError)
  { throw RPCError(.notImplemented, "not built yet") }

  /// The next challenge, or the result.
  public func next() async throws(RPCError) -> JoinServerMessage {
    throw RPCError(.notImplemented, "not built yet")
  }

  /// Answers a challenge.
  public func sendSolution(field: UInt32, message: [UInt8]) async throws(RPCError) {
    throw RPCError(.notImplemented, "not built yet")
  }

  /// Tells the server why the client stops, and waits for the error the server makes of it.
  ///
  /// - Returns: the server's error, or the broken connection's.
  public func giveUp(reason: GiveUpReason, text: String) async -> RPCError {
    RPCError(.notImplemented, "not built yet")
  }

  /// Ends the stream; without a result the server sees it as cancelled.
  public func close() {}
}
