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
      if let refusal = refusal(context, negotiated) {
        fail(refusal)
        context.close(promise: nil)
        return
      }
      self.promise = nil
      configure(context.channel).cascade(to: promise)
    }
    context.fireUserInboundEventTriggered(event)
  }

  /// Why a finished handshake is not good enough; nil when it is.
  private func refusal(_ context: ChannelHandlerContext, _ negotiated: String?) -> RPCError? {
    if dialer.tls.trust != .insecure {
      let names = leaf(context).map { CertificateNames($0) } ?? CertificateNames(dns: [])
      guard names.match(dialer.tls.serverName) else { return TLSFault.wrongName(dialer, names) }
    }
    guard negotiated == nil, dialer.requiresALPN else { return nil }
    return RPCError(
      .connectionProblem,
      """
      \(dialer.address) speaks TLS but none of the protocols \
      \(dialer.tls.alpn.joined(separator: ", ")); check that it is a cluster's address and that \
      no load balancer ends TLS in front of it
      """, fault: .wrongProtocol)
  }

  private func leaf(_ context: ChannelHandlerContext) -> NIOSSLCertificate? {
    try? context.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self).peerCertificate
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    fail(TLSFault.describe(error, dialer: dialer, leaf: leaf(context)))
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
