internal import GRPCCore
internal import GRPCNIOTransportHTTP2

/// Takes accepted streams to their handlers and writes what becomes of them.
struct CallDispatcher: Sendable {
  typealias Bytes = GRPCNIOTransportBytes
  typealias Inbound = RPCAsyncSequence<RPCRequestPart<Bytes>, any Error>
  typealias Outbound = RPCWriter<RPCResponsePart<Bytes>>.Closable

  let registry: PeerRegistry
  let join: any JoinHandler
  let answers: APIAnswers
  let serverVersion: String
  let limits: ServerLimits

  /// Serves one stream from its first byte to its status.
  func serve(_ stream: RPCStream<Inbound, Outbound>, _ context: ServerContext) async {
    let incoming = Mailbox<RPCRequestPart<Bytes>>(
      capacity: 8,
      overflow: RPCError(.limitExceeded, "the client sent more messages than were asked for"))
    let peer = registry.peer(remote: context.remotePeer, local: context.localPeer)
    let method = Method(rawValue: context.descriptor.fullyQualifiedMethod)
    let outbound = stream.outbound
    let work = Task { () async throws in
      guard let peer else {
        throw RPCError(.connectionProblem, "the connection is gone", fault: .closed)
      }
      guard let method else {
        throw RPCError(
          .notImplemented, "\(context.descriptor.fullyQualifiedMethod) is not offered here")
      }
      try await run(method, incoming, outbound, peer)
    }
    let pump = Task {
      do {
        for try await part in stream.inbound { incoming.put(part) }
        incoming.finish()
      } catch {
        incoming.finish(
          .failure(RPCError(.connectionProblem, "the client went away", fault: .closed)))
        work.cancel()
      }
    }
    var status = Status(code: .ok, message: "")
    let result = await withRPCCancellationHandler {
      await work.result
    } onCancelRPC: {
      work.cancel()
    }
    if case .failure(let error as RPCError) = result {
      status = Status(code: error.statusCode, message: error.message)
    }
    try? await outbound.write(.status(status, metadata))
    await outbound.finish()
    pump.cancel()
  }

  private var metadata: Metadata { ["version": .string(serverVersion)] }

  private func run(
    _ method: Method, _ incoming: Mailbox<RPCRequestPart<Bytes>>, _ outbound: Outbound, _ peer: Peer
  ) async throws(RPCError) {
    let isJoin = method == .join
    let exceeded = RPCError(
      .limitExceeded, isJoin ? "join attempt timed out" : "the call took too long")
    try await withDeadline(isJoin ? limits.join : limits.call, exceeded: exceeded) {
      var peer = peer
      guard case .metadata(let received)? = try await incoming.take() else {
        throw RPCError(.badParameter, "the call begins without metadata")
      }
      peer.clientVersion = Self.version(in: received)
      if isJoin {
        let session = JoinSession(incoming: incoming, outbound: outbound, metadata: metadata)
        try await join.join(session, peer: peer)
      } else {
        guard case .message(let bytes)? = try await incoming.take() else {
          throw RPCError(.badParameter, "the call holds no request")
        }
        let request = bytes.withUnsafeBytes { Array($0) }
        let reply = try await answers.answer(method, request, peer)
        try await outbound.write(contentsOf: [.metadata(metadata), .message(Bytes(reply))])
      }
    }
  }

  /// The client's version; nil when there is none, or not exactly one.
  private static func version(in metadata: Metadata) -> String? {
    var values = metadata[stringValues: "version"].makeIterator()
    guard let first = values.next(), values.next() == nil, first.utf8.count <= 128 else {
      return nil
    }
    return first
  }
}
