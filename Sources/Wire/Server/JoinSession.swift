internal import GRPCCore
internal import GRPCNIOTransportHTTP2
internal import Synchronization

/// The server's end of one join stream.
final class JoinSession: JoinServerStream {
  typealias Bytes = CallDispatcher.Bytes

  private let incoming: Mailbox<RPCRequestPart<Bytes>>
  private let outbound: CallDispatcher.Outbound
  private let metadata: Metadata
  private let begun = Mutex(false)

  init(
    incoming: Mailbox<RPCRequestPart<Bytes>>, outbound: CallDispatcher.Outbound, metadata: Metadata
  ) {
    self.incoming = incoming
    self.outbound = outbound
    self.metadata = metadata
  }

  func receive() async throws(RPCError) -> JoinClientMessage? {
    switch try await incoming.take() {
    case .message(let bytes): try JoinCodec.decodeRequest(bytes.withUnsafeBytes { Array($0) })
    case .metadata: throw RPCError(.badParameter, "the client sent its metadata twice")
    case nil: nil
    }
  }

  func sendInit(_ message: ServerInit) async throws(RPCError) {
    try await send(try JoinCodec.encode(message))
  }

  func sendChallenge(field: UInt32, message: [UInt8]) async throws(RPCError) {
    try JoinEnvelope.limit(message.count)
    try await send(try JoinCodec.encode(.challenge(field: field, message: message)))
  }

  func sendResult(_ result: JoinResult) async throws(RPCError) {
    try JoinEnvelope.limit(result.fragment.count)
    try await send(try JoinCodec.encode(.result(result)))
  }

  private func send(_ message: [UInt8]) async throws(RPCError) {
    let first = begun.withLock { begun in
      defer { begun = true }
      return !begun
    }
    do {
      let part = RPCResponsePart<Bytes>.message(Bytes(message))
      try await outbound.write(contentsOf: first ? [.metadata(metadata), part] : [part])
    } catch {
      throw RPCError(.connectionProblem, "the client went away", fault: .closed)
    }
  }
}
