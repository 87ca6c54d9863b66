internal import NIOCore

/// Stands last on every gRPC connection and makes closing it always succeed.
///
/// A peer that ignores the TLS farewell makes `close` fail, and the transport would end the whole listener over it.
final class CloseShield: ChannelOutboundHandler {
  typealias OutboundIn = Never

  func close(
    context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?
  ) {
    let inner = context.eventLoop.makePromise(of: Void.self)
    inner.futureResult.whenComplete { _ in promise?.succeed(()) }
    context.close(mode: mode, promise: inner)
  }
}
