internal import GRPCNIOTransportHTTP2
internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import NIOTLS

/// Opens the port and sorts every accepted connection: gRPC goes to the transport, HTTP/1.1 to the discovery page.
struct TLSListenerFactory: HTTP2ServerTransport.ListenerFactory {
  typealias Ready = HTTP2ServerTransport.ConnectionConfigurator.ConnectionChannel
  typealias Configurator = HTTP2ServerTransport.ConnectionConfigurator

  let address: ServerAddress
  let contexts: ServerContexts
  let registry: PeerRegistry
  let limits: ServerLimits
  let discovery: @Sendable (String) -> [UInt8]?
  let eventLoopGroup: any EventLoopGroup = Loops.server

  func makeListeningChannel(
    listenerConfigurator: HTTP2ServerTransport.ListenerConfigurator,
    connectionConfigurator: Configurator
  ) async throws -> NIOAsyncChannel<Ready, Never> {
    let accepting = NIOLoopBoundBox<AcceptHandler?>.makeBoxSendingValue(
      nil, eventLoop: eventLoopGroup.next())
    let server = try await ServerBootstrap(group: accepting.eventLoop, childGroup: eventLoopGroup)
      .serverChannelOption(.backlog, value: 256)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .serverChannelOption(.autoRead, value: false)
      .serverChannelInitializer { listenerConfigurator.configure(channel: $0) }
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { child in
        child.eventLoop.makeCompletedFuture {
          try accept(child, connectionConfigurator, accepting)
        }
      }
      .bind(host: address.host, port: address.port).get()
    return try await server.eventLoop.submit {
      let tail = TailHandler()
      let accept = AcceptHandler(tail: tail)
      try server.pipeline.syncOperations.addHandler(accept)
      let wrapped = try NIOAsyncChannel<Ready, Never>(wrappingChannelSynchronously: server)
      try server.pipeline.syncOperations.addHandler(tail)
      accepting.value = accept
      server.setOption(.autoRead, value: true).whenFailure { _ in server.close(promise: nil) }
      return wrapped
    }.get()
  }

  private func accept(
    _ child: any Channel, _ configurator: Configurator, _ accepting: NIOLoopBoundBox<AcceptHandler?>
  ) throws {
    // A socket that cannot be served is closed, not reported: errors here would end the listener.
    guard registry.admit(child, limit: limits.maxConnections),
      let context = try? contexts.context()
    else {
      child.close(promise: nil)
      return
    }
    let guardian = ConnectionGuard(limit: limits.handshake)
    let negotiation = NIOTypedApplicationProtocolNegotiationHandler<Void> { result, channel in
      let protocolName: String? = if case .negotiated(let name) = result { name } else { nil }
      return route(channel, protocolName, configurator, accepting)
    }
    let pipeline = child.pipeline.syncOperations
    try pipeline.addHandler(guardian)
    try pipeline.addHandler(NIOSSLServerHandler(context: context))
    try pipeline.addHandler(negotiation)
  }

  private func route(
    _ channel: any Channel, _ alpn: String?, _ configurator: Configurator,
    _ accepting: NIOLoopBoundBox<AcceptHandler?>
  ) -> EventLoopFuture<Void> {
    guard let peer = peer(of: channel, alpn: alpn) else {
      channel.close(promise: nil)
      return channel.eventLoop.makeSucceededVoidFuture()
    }
    guard let alpn, alpn != ALPN.http1 else {
      // The guard stays: it also limits how long the request may take.
      return channel.eventLoop.makeCompletedFuture {
        try channel.pipeline.syncOperations.configureHTTPServerPipeline()
        try channel.pipeline.syncOperations.addHandler(
          PageHandler(held: limits.handshake) { path in discovery(path).map { .page(.json($0)) } })
      }
    }
    if let guardian = try? channel.pipeline.syncOperations.context(
      handlerType: ConnectionGuard.self)
    {
      channel.pipeline.syncOperations.removeHandler(context: guardian, promise: nil)
    }
    let lifetime = ConnectionLifetime(
      limit: peer.certificateChain.isEmpty ? limits.anonymous : limits.lifetime + limits.inFlight,
      farewell: limits.inFlight)
    do {
      try channel.pipeline.syncOperations.addHandler(lifetime, position: .first)
    } catch {
      return channel.eventLoop.makeFailedFuture(error)
    }
    registry.add(peer, on: channel)
    return configurator.configure(channel: channel, tls: .configured(requireALPN: false))
      .flatMapThrowing { ready in
        try channel.pipeline.syncOperations.addHandler(CloseShield())
        accepting.eventLoop.execute {
          if accepting.value?.deliver(ready) != true { channel.close(promise: nil) }
        }
      }
  }

  /// What the handshake taught; nil when the client's certificate is outside its validity (a resumed session skips verification).
  private func peer(of channel: any Channel, alpn: String?) -> Peer? {
    guard let remote = channel.remoteAddress, let host = remote.ipAddress, let port = remote.port
    else { return nil }
    var peer = Peer(
      remoteAddress: ServerAddress(host: host, port: port).description, alpn: alpn)
    guard alpn != ALPN.proxyGRPC,
      let leaf = try? channel.pipeline.syncOperations.nioSSL_peerCertificate()
    else { return peer }
    let now = time(nil)
    guard leaf.notValidBefore <= now, now <= leaf.notValidAfter, let der = try? leaf.toDERBytes()
    else { return nil }
    peer.certificateChain = [der]
    return peer
  }
}
