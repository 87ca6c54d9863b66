internal import NIOCore
internal import NIOHTTP1

/// Answers one HTTP/1.1 request with a page, then closes the connection.
final class PageHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  /// The paths it serves need no body; one that is larger than this is an attack.
  private static let maxBodyBytes = 64 * 1024

  private let held: Duration
  private let answer: @Sendable (String) -> PageAnswer?
  private let requestIsWhole: (any Channel) -> Void
  private var head: HTTPRequestHead?
  private var received = 0
  private var answered = false
  private var work: Task<Page, Never>?

  /// - Parameters:
  ///   - held: how long an answer may take before its task is cancelled.
  ///   - answer: for a path without its query; nil is answered with 404. Runs on a network thread and
  ///     must not block.
  ///   - requestIsWhole: called once the request is there, before it is answered.
  init(
    held: Duration, answer: @escaping @Sendable (String) -> PageAnswer?,
    requestIsWhole: @escaping (any Channel) -> Void = { _ in }
  ) {
    self.held = held
    self.answer = answer
    self.requestIsWhole = requestIsWhole
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !answered else { return }
    switch unwrapInboundIn(data) {
    case .head(let head): self.head = head
    case .body(let bytes):
      received += bytes.readableBytes
      if received > Self.maxBodyBytes {
        refuse(context, .payloadTooLarge, "the request is too large")
      }
    case .end:
      guard let head else { return }
      answered = true
      requestIsWhole(context.channel)
      guard let answer = answer(String(head.uri.prefix { $0 != "?" })) else {
        return refuse(context, .notFound, "there is nothing at this path")
      }
      guard head.method == .GET || head.method == .HEAD else {
        return refuse(context, .methodNotAllowed, "only GET is allowed here")
      }
      let hasBody = head.method == .GET
      switch answer {
      case .page(let page): respond(context, page, withBody: hasBody)
      case .later(let make): wait(context, make, withBody: hasBody)
      }
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    work?.cancel()
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  private func wait(
    _ context: ChannelHandlerContext, _ make: @escaping @Sendable () async -> Page, withBody: Bool
  ) {
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    let loop = context.eventLoop
    let work = Task { await make() }
    self.work = work
    let timer = loop.scheduleTask(in: TimeAmount(held)) { work.cancel() }
    Task {
      let page = await work.value
      timer.cancel()
      loop.execute {
        let (handler, context) = bound.value
        guard context.channel.isActive else { return }
        handler.respond(context, page, withBody: withBody)
      }
    }
  }

  private func refuse(
    _ context: ChannelHandlerContext, _ status: HTTPResponseStatus, _ text: String
  ) {
    let body = Array(#"{"error":{"message":"\#(text)"}}"#.utf8)
    respond(context, .json(body, status: Int(status.code)), withBody: head?.method != .HEAD)
  }

  private func respond(_ context: ChannelHandlerContext, _ page: Page, withBody: Bool) {
    answered = true
    var head = HTTPResponseHead(
      version: .http1_1, status: HTTPResponseStatus(statusCode: page.status))
    head.headers.add(name: "content-type", value: page.contentType)
    head.headers.add(name: "content-length", value: "\(page.body.count)")
    head.headers.add(name: "cache-control", value: "no-store")
    head.headers.add(name: "connection", value: "close")
    if page.status == 405 { head.headers.add(name: "allow", value: "GET, HEAD") }
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    if withBody {
      context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: page.body)))), promise: nil)
    }
    let channel = context.channel
    context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
      channel.close(promise: nil)
    }
  }
}
