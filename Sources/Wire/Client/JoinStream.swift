internal import GRPCCore
internal import GRPCNIOTransportHTTP2

/// The client's end of one join. One task at a time may use it.
///
/// Order: ``sendInit(_:)``, ``sendMethod(field:params:fragment:)``, then ``next()`` until it is a result, each challenge answered with
/// ``sendSolution(field:message:)`` or ``giveUp(reason:text:)``. ``close()`` when done, in every case. The whole stream must end within
/// ``Timeouts/join``.
public final class JoinStream: Sendable {
  private let connection: Connection
  private let incoming: Mailbox<[UInt8]>
  private let outgoing: AsyncStream<[UInt8]>.Continuation
  private let runner: Task<Void, Never>

  init(on connection: Connection) {
    self.connection = connection
    // A server speaks when it is its turn, so that more than a few waiting messages are none of a join.
    let incoming = Mailbox<[UInt8]>(
      capacity: 4,
      overflow: connection.broken("it sent more messages than were asked for"))
    let (requests, outgoing) = AsyncStream.makeStream(of: [UInt8].self)
    self.incoming = incoming
    self.outgoing = outgoing
    runner = Task { await Self.run(connection, requests, incoming) }
  }

  deinit { runner.cancel() }

  /// Sends the first message and waits for the server's answer.
  public func sendInit(_ message: ClientInit) async throws(RPCError) -> ServerInit {
    outgoing.yield(try JoinCodec.encode(.initialize(message)))
    let answer = try await receive()
    return try connection.reading { () throws(RPCError) in
      try JoinCodec.decodeServerInit(answer)
    }
  }

  /// Sends the method's first message.
  ///
  /// - Parameters:
  ///   - field: number of the message in the envelope, from the method's manifest.
  ///   - params: becomes field 1, in front.
  ///   - fragment: the method's other fields, encoded protobuf; at most 64 KiB.
  public func sendMethod(field: UInt32, params: ClientParams, fragment: [UInt8])
    async throws(RPCError)
  {
    try Self.check(field: field, count: fragment.count)
    outgoing.yield(
      try JoinCodec.encode(.method(field: field, params: params, fragment: fragment)))
  }

  /// The next challenge, or the result.
  public func next() async throws(RPCError) -> JoinServerMessage {
    let message = try await receive()
    return try connection.reading { () throws(RPCError) in
      try JoinCodec.decodeResponse(message)
    }
  }

  /// Answers a challenge: the solution's field number in the envelope, and the encoded message of at most 64 KiB.
  public func sendSolution(field: UInt32, message: [UInt8]) async throws(RPCError) {
    try Self.check(field: field, count: message.count)
    outgoing.yield(try JoinCodec.encode(.solution(field: field, message: message)))
  }

  /// Tells the server why the client stops, and waits for the error the server makes of it.
  ///
  /// - Returns: the server's error, or the broken connection's.
  public func giveUp(reason: GiveUpReason, text: String) async -> RPCError {
    do {
      outgoing.yield(try JoinCodec.encode(.givingUp(reason: reason, text: text)))
      outgoing.finish()
      while try await incoming.take() != nil {}
      return RPCError(.unknown, "the server ended the join without an error")
    } catch {
      return error
    }
  }

  /// Ends the stream; before the result the server sees the client's direction closed, then the stream cancelled.
  public func close() {
    outgoing.finish()
    runner.cancel()
  }

  private static func check(field: UInt32, count: Int) throws(RPCError) {
    guard (1...0x1FFF_FFFF).contains(field) else {
      throw RPCError(.badParameter, "\(field) is not a protobuf field number")
    }
    try JoinEnvelope.limit(count)
  }

  private func receive() async throws(RPCError) -> [UInt8] {
    guard let message = try await incoming.take() else {
      throw connection.broken("it ended the join without a result")
    }
    return message
  }

  private static func run(
    _ connection: Connection, _ requests: AsyncStream<[UInt8]>, _ incoming: Mailbox<[UInt8]>
  ) async {
    let limit = connection.timeouts.join
    let exceeded = RPCError(
      .connectionProblem, "\(connection.address) did not finish the join within \(limit.inWords)",
      fault: .timedOut)
    let metadata = connection.metadata(limit: limit)
    let transport = connection.transport
    do {
      try await withDeadline(limit, exceeded: exceeded) {
        try await transport.withStream(descriptor: Method.join.descriptor, options: .defaults) {
          stream, _ in
          try await exchange(stream, metadata, requests, incoming)
        }
      }
      incoming.finish()
    } catch {
      incoming.finish(.failure(connection.explain(error)))
    }
  }

  private static func exchange(
    _ stream: RPCStream<Connection.Transport.Inbound, Connection.Transport.Outbound>,
    _ metadata: Metadata, _ requests: AsyncStream<[UInt8]>, _ incoming: Mailbox<[UInt8]>
  ) async throws {
    let outbound = stream.outbound
    try await outbound.write(.metadata(metadata))
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for await message in requests { try await outbound.write(.message(.init(message))) }
        await outbound.finish()
      }
      for try await part in stream.inbound {
        switch part {
        case .metadata: continue
        case .message(let bytes): incoming.put(bytes.withUnsafeBytes { Array($0) })
        case .status(let status, _):
          guard status.code == .ok else {
            throw RPCError(statusCode: status.code.rawValue, message: status.message)
          }
        }
      }
      group.cancelAll()
    }
  }
}
