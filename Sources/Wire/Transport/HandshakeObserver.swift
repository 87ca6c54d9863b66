internal import NIOCore
internal import NIOSSL
internal import NIOTLS

/// Stands behind the TLS handler: sets up the upper layers when the handshake is done, and explains every error.
final class HandshakeObserver<Output: Sendable>: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let dialer: Dialer
  private let watch: ConnectionWatch
  private let configure: @Sendable (any Channel) -> EventLoopFuture<Output>
  private var promise: EventLoopPromise<Output>?

  init(
    dialer: Dialer, watch: ConnectionWatch, promise: EventLoopPromise<Output>,
    configure: @escaping @Sendable (any Channel) -> EventLoopFuture<Output>
  ) {
    self.dialer = dialer
    self.watch = watch
    self.promise = promise
    self.configure = configure
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .handshakeCompleted(let negotiated)? = event as? TLSUserEvent, let promise {
      self.promise = nil
      if negotiated == nil, dialer.requiresALPN {
        promise.fail(
          RPCError(
            .connectionProblem,
            """
            \(dialer.address) speaks TLS but none of the protocols \
            \(dialer.tls.alpn.joined(separator: ", ")); check that it is a cluster's address and that \
            no load balancer ends TLS in front of it
            """, fault: .wrongProtocol))
      } else {
        configure(context.channel).cascade(to: promise)
      }
    }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    let leaf = try? context.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self)
      .peerCertificate
    fail(TLSFault.describe(error, dialer: dialer, leaf: leaf))
    context.fireErrorCaught(error)
  }

  func channelInactive(context: ChannelHandlerContext) {
    fail(
      RPCError(
        .connectionProblem,
        promise == nil
          ? "\(dialer.address) closed the connection"
          : "\(dialer.address) closed the connection during the TLS handshake", fault: .closed))
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    fail(
      RPCError(
        .connectionProblem, "the connection to \(dialer.address) was closed", fault: .closed))
  }

  private func fail(_ error: RPCError) {
    watch.note(error)
    promise?.fail(error)
    promise = nil
  }
}
