internal import NIOCore
internal import NIOHTTP1

/// Sends a request as soon as it stands in the pipeline, and collects the answer.
final class PageCollector: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundOut = HTTPClientRequestPart

  private let request: PageRequest
  private let watch: ConnectionWatch
  private let promise: EventLoopPromise<Page>
  private var page: Page?

  private var address: ServerAddress { request.address }

  init(request: PageRequest, watch: ConnectionWatch, promise: EventLoopPromise<Page>) {
    self.request = request
    self.watch = watch
    self.promise = promise
  }

  func handlerAdded(context: ChannelHandlerContext) {
    context.write(wrapOutboundOut(.head(request.head)), promise: nil)
    if let body = request.body {
      context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
    }
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      page = Page(
        status: Int(head.status.code), contentType: head.headers.first(name: "content-type") ?? "",
        body: [])
    case .body(let bytes):
      let limit = request.maxAnswerBytes
      guard let count = page?.body.count, count + bytes.readableBytes <= limit else {
        return fail(
          context,
          RPCError(
            .limitExceeded, "the answer of \(address) to \(request.path) is over \(limit >> 10) KiB"
          ))
      }
      page?.body.append(contentsOf: bytes.readableBytesView)
    case .end:
      if let page { promise.succeed(page) }
      context.close(promise: nil)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    fail(
      context,
      watch.reason
        ?? RPCError(.badParameter, "\(address) does not speak HTTP; check host and port"))
  }

  func channelInactive(context: ChannelHandlerContext) {
    fail(
      context,
      watch.reason
        ?? RPCError(
          .connectionProblem, "\(address) closed the connection without an answer", fault: .closed))
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    promise.fail(
      RPCError(.connectionProblem, "the connection to \(address) was closed", fault: .closed))
  }

  private func fail(_ context: ChannelHandlerContext, _ error: RPCError) {
    promise.fail(error)
    context.close(promise: nil)
  }
}
