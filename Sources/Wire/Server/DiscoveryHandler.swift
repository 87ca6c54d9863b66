internal import NIOCore
internal import NIOHTTP1

/// Answers one HTTP/1.1 request with a JSON document, then closes the connection.
final class DiscoveryHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  /// The paths it serves need no body; one that is larger than this is an attack.
  private static let maxBodyBytes = 64 * 1024

  private let answer: @Sendable (String) -> [UInt8]?
  private var head: HTTPRequestHead?
  private var received = 0
  private var answered = false

  init(answer: @escaping @Sendable (String) -> [UInt8]?) { self.answer = answer }

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
      let path = String(head.uri.prefix { $0 != "?" })
      guard let document = answer(path) else {
        return refuse(context, .notFound, "there is nothing at this path")
      }
      guard head.method == .GET || head.method == .HEAD else {
        return refuse(context, .methodNotAllowed, "only GET is allowed here")
      }
      respond(context, .ok, document, withBody: head.method == .GET)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  private func refuse(
    _ context: ChannelHandlerContext, _ status: HTTPResponseStatus, _ text: String
  ) {
    respond(context, status, Array(#"{"error":{"message":"\#(text)"}}"#.utf8), withBody: true)
  }

  private func respond(
    _ context: ChannelHandlerContext, _ status: HTTPResponseStatus, _ body: [UInt8],
    withBody: Bool
  ) {
    answered = true
    var head = HTTPResponseHead(version: .http1_1, status: status)
    head.headers.add(name: "content-type", value: "application/json")
    head.headers.add(name: "content-length", value: "\(body.count)")
    head.headers.add(name: "cache-control", value: "no-store")
    head.headers.add(name: "connection", value: "close")
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    if withBody {
      context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
    }
    let channel = context.channel
    context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
      channel.close(promise: nil)
    }
  }
}
