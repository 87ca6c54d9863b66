internal import GRPCNIOTransportHTTP2
internal import NIOCore

/// Stands in front of the transport's end of the listening channel: hands accepted sockets past it and ready connections to it.
///
/// A socket must be registered at once, but becomes a connection for the transport only after its handshake, and perhaps never.
final class AcceptHandler: ChannelInboundHandler {
  typealias Ready = HTTP2ServerTransport.ConnectionConfigurator.ConnectionChannel
  typealias InboundIn = any Channel
  typealias InboundOut = Ready

  private let tail: TailHandler
  private var context: ChannelHandlerContext?

  init(tail: TailHandler) { self.tail = tail }

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    tail.register(unwrapInboundIn(data))
  }

  /// One socket's failure must not reach the transport, which would end the whole listener.
  func errorCaught(context: ChannelHandlerContext, error: any Error) {}

  /// Hands a connection whose handshake is done to the transport.
  ///
  /// - Returns: false when the listener has ended; the caller closes the connection.
  func deliver(_ connection: Ready) -> Bool {
    guard let context, context.channel.isActive else { return false }
    context.fireChannelRead(wrapInboundOut(connection))
    context.fireChannelReadComplete()
    return true
  }
}

/// Stands behind the transport's end of the listening channel, where the socket layer expects accepted sockets and nothing else.
final class TailHandler: ChannelInboundHandler {
  typealias InboundIn = Any
  typealias InboundOut = any Channel

  private var context: ChannelHandlerContext?

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func register(_ channel: any Channel) { context?.fireChannelRead(wrapInboundOut(channel)) }

  /// Drops what the transport has read.
  func channelRead(context: ChannelHandlerContext, data: NIOAny) {}

  func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}
