internal import NIOCore

/// Stands first on a page server's connection: closes it when its request grows too long or comes too
/// slowly, and at last in any case.
final class RequestBudget: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private let limits: PageLimits
  private var bytesLeft: Int
  private var timer: Scheduled<Void>?

  init(_ limits: PageLimits) {
    self.limits = limits
    bytesLeft = limits.maxRequestBytes
  }

  func handlerAdded(context: ChannelHandlerContext) { close(context.channel, in: limits.request) }

  func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    bytesLeft -= unwrapInboundIn(data).readableBytes
    guard bytesLeft >= 0 else {
      context.close(promise: nil)
      return
    }
    context.fireChannelRead(data)
  }

  /// The request is there; what follows is the answer.
  func requestIsWhole(on channel: any Channel) { close(channel, in: limits.held + limits.request) }

  private func close(_ channel: any Channel, in time: Duration) {
    timer?.cancel()
    timer = channel.eventLoop.scheduleTask(in: TimeAmount(time)) { channel.close(promise: nil) }
  }
}
