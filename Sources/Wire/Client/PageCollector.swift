internal import NIOCore
internal import NIOHTTP1

/// Asks for the discovery document as soon as it stands in the pipeline, and collects the answer.
final class PageCollector: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundOut = HTTPClientRequestPart

  struct Page: Sendable {
    var status: HTTPResponseStatus
    var body: [UInt8] = []
  }

  /// Real documents have about 2 KiB.
  private static let maxBytes = 1024 * 1024

  private let address: ServerAddress
  private let watch: ConnectionWatch
  private let promise: EventLoopPromise<Page>
  private var page: Page?

  init(address: ServerAddress, watch: ConnectionWatch, promise: EventLoopPromise<Page>) {
    self.address = address
    self.watch = watch
    self.promise = promise
  }

  func handlerAdded(context: ChannelHandlerContext) {
    var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/webapi/find")
    head.headers.add(name: "host", value: address.description)
    head.headers.add(name: "accept", value: "application/json")
    head.headers.add(name: "connection", value: "close")
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): page = Page(status: head.status)
    case .body(let bytes):
      guard let count = page?.body.count, count + bytes.readableBytes <= Self.maxBytes else {
        return fail(
          context, RPCError(.limitExceeded, "the discovery document of \(address) is over 1 MiB"))
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
