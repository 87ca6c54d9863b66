internal import NIOCore
internal import NIOHTTP1

/// Asks for one page as soon as it stands in the pipeline, and collects the answer.
final class PageCollector: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundOut = HTTPClientRequestPart

  /// Real documents have about 2 KiB.
  private static let maxBytes = 1024 * 1024

  private let address: ServerAddress
  private let path: String
  private let watch: ConnectionWatch
  private let promise: EventLoopPromise<Page>
  private var page: Page?

  init(
    address: ServerAddress, path: String, watch: ConnectionWatch, promise: EventLoopPromise<Page>
  ) {
    self.address = address
    self.path = path
    self.watch = watch
    self.promise = promise
  }

  func handlerAdded(context: ChannelHandlerContext) {
    var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: path)
    head.headers.add(name: "host", value: address.description)
    head.headers.add(name: "accept", value: "*/*")
    head.headers.add(name: "connection", value: "close")
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      page = Page(
        status: Int(head.status.code), contentType: head.headers.first(name: "content-type") ?? "",
        body: [])
    case .body(let bytes):
      guard let count = page?.body.count, count + bytes.readableBytes <= Self.maxBytes else {
        return fail(
          context, RPCError(.limitExceeded, "the answer of \(address) to \(path) is over 1 MiB"))
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
