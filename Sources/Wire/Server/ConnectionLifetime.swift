internal import NIOCore

/// Stands first on every gRPC connection and ends it at last, whatever the peer does or leaves out.
///
/// The transport parts from idle, old and silent connections in good order, which takes an answer from the peer. One that never
/// answers would keep its place for ever, and would keep a listener from stopping.
final class ConnectionLifetime: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let limit: TimeAmount
  private let farewell: TimeAmount
  private var timer: Scheduled<Void>?

  /// - Parameters:
  ///   - limit: how long the connection may live.
  ///   - farewell: how long it may live on when the listener stops.
  init(limit: Duration, farewell: Duration) {
    self.limit = TimeAmount(limit)
    self.farewell = TimeAmount(farewell)
  }

  func handlerAdded(context: ChannelHandlerContext) { close(context, in: limit) }

  func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is ChannelShouldQuiesceEvent { close(context, in: farewell) }
    context.fireUserInboundEventTriggered(event)
  }

  private func close(_ context: ChannelHandlerContext, in time: TimeAmount) {
    let channel = context.channel
    timer?.cancel()
    timer = context.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
  }
}
