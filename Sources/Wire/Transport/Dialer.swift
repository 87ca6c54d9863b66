internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// Opens TLS connections and turns every way that can fail into a sentence.
struct Dialer: Sendable {
  let address: ServerAddress
  let tls: ClientTLS
  let limit: Duration
  /// Whether the server must choose one of the offered protocols.
  let requiresALPN: Bool

  /// Dials, shakes hands, and sets up what runs on top. A cancelled caller need not wait for a name server
  /// or a peer that says nothing.
  ///
  /// - Parameters:
  ///   - watch: learns why the connection ends, also after this returned.
  ///   - configure: adds handlers, on the network thread, before the first decrypted byte arrives.
  func open<Output: Sendable>(
    watch: ConnectionWatch,
    configure: @escaping @Sendable (any Channel) -> EventLoopFuture<Output>
  ) async throws(RPCError) -> Output {
    // The limits inside say more; this one is for a name server, which they do not cover.
    let exceeded = RPCError(
      .connectionProblem, "\(address) could not be reached within \(limit.inWords)",
      fault: .timedOut)
    return try await withDeadline(limit + .seconds(1), exceeded: exceeded) {
      try await dial(watch, configure)
    }
  }

  private func dial<Output: Sendable>(
    _ watch: ConnectionWatch,
    _ configure: @escaping @Sendable (any Channel) -> EventLoopFuture<Output>
  ) async throws(RPCError) -> Output {
    let context = try tls.makeContext()
    let deadline = NIODeadline.now() + TimeAmount(limit)
    let channel: any Channel
    do {
      channel = try await ClientBootstrap(group: Loops.client)
        .connectTimeout(TimeAmount(limit))
        .channelOption(.tcpOption(.tcp_nodelay), value: 1)
        .channelOption(.socketOption(.so_keepalive), value: 1)
        .channelOption(.autoRead, value: false)
        .connect(host: address.host, port: address.port).get()
    } catch {
      throw DialFault.describe(error, dialling: address, within: limit)
    }
    do {
      return try await withTaskCancellationHandler {
        try await channel.eventLoop.flatSubmit {
          self.handshake(channel, context, deadline, watch, configure)
        }.get()
      } onCancel: {
        channel.close(promise: nil)
      }
    } catch {
      channel.close(promise: nil)
      throw RPCError(wrapping: error)
    }
  }

  private func handshake<Output: Sendable>(
    _ channel: any Channel, _ context: NIOSSLContext, _ deadline: NIODeadline,
    _ watch: ConnectionWatch,
    _ configure: @escaping @Sendable (any Channel) -> EventLoopFuture<Output>
  ) -> EventLoopFuture<Output> {
    let promise = channel.eventLoop.makePromise(of: Output.self)
    let timer = channel.eventLoop.scheduleTask(deadline: deadline) {
      promise.fail(
        RPCError(
          .connectionProblem,
          "\(address) did not finish the TLS handshake within \(limit.inWords)",
          fault: .timedOut))
    }
    promise.futureResult.whenComplete { _ in timer.cancel() }
    let handler: NIOSSLClientHandler
    do {
      handler = try NIOSSLClientHandler(context: context, serverHostname: tls.nameToIndicate)
    } catch {
      promise.fail(
        RPCError(
          .badParameter, "\"\(tls.serverName)\" cannot be used as a server name: \(error)"))
      return promise.futureResult
    }
    let closed = RPCError(
      .connectionProblem, "\(address) closed the connection before the TLS handshake",
      fault: .closed)
    do {
      let observer = HandshakeObserver(
        dialer: self, watch: watch, promise: promise, configure: configure)
      try channel.pipeline.syncOperations.addHandler(handler)
      try channel.pipeline.syncOperations.addHandler(observer)
    } catch {
      promise.fail(closed)
      return promise.futureResult
    }
    channel.setOption(.autoRead, value: true).whenFailure { _ in promise.fail(closed) }
    return promise.futureResult
  }
}
