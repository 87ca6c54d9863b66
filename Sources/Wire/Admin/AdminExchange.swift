internal import Glibc
internal import NIOCore
internal import NIOPosix

/// One connection to an admin socket: sends a request, waits for the reply.
final class AdminExchange: ChannelInboundHandler {
  typealias InboundIn = [UInt8]

  private let path: String
  private let promise: EventLoopPromise<[UInt8]>

  private init(path: String, promise: EventLoopPromise<[UInt8]>) {
    self.path = path
    self.promise = promise
  }

  static func run(path: String, request: [UInt8]) async throws -> [UInt8] {
    let loop = Loops.client.any()
    let promise = loop.makePromise(of: [UInt8].self)
    let channel: any Channel
    do {
      channel = try await ClientBootstrap(group: loop)
        .channelInitializer { channel in
          channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(ByteToMessageHandler(AdminFrameDecoder()))
            try pipeline.addHandler(AdminExchange(path: path, promise: promise))
          }
        }
        .connect(unixDomainSocketPath: path).get()
    } catch {
      promise.fail(error)
      throw explain(error, path)
    }
    channel.writeAndFlush(AdminFrameDecoder.frame(request)).cascadeFailure(to: promise)
    return try await withTaskCancellationHandler {
      try await promise.futureResult.get()
    } onCancel: {
      channel.close(promise: nil)
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    promise.succeed(unwrapInboundIn(data))
    context.close(promise: nil)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    promise.fail(error as? RPCError ?? Self.explain(error, path))
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    promise.fail(
      RPCError(
        .connectionProblem, "\(path) closed the connection without an answer", fault: .closed))
  }

  private static func explain(_ error: any Error, _ path: String) -> RPCError {
    let reason =
      switch (error as? IOError)?.errnoCode {
      case ENOENT?: "no admin socket at \(path); start tenond, or name its socket"
      case ECONNREFUSED?: "nobody answers at \(path); start tenond"
      case EACCES?, EPERM?:
        "\(path) may not be opened; run as root or as the user that tenond runs as"
      case let code?: "cannot reach \(path): \(DialFault.errnoText(code))"
      case nil: "cannot reach \(path): \(error)"
      }
    return RPCError(.connectionProblem, reason, fault: .refused)
  }
}
