internal import Glibc
internal import NIOCore

/// One request waiting for its answer.
struct AdminJob: Sendable {
  let channel: any Channel
  let request: [UInt8]

  /// Checks who asks, answers, and closes the connection.
  func run(_ answers: AdminAnswers) async {
    var reply: [UInt8]
    if let caller = await caller() {
      reply =
        caller.uid == 0 || caller.uid == getuid()
        ? await answers.answer(request, caller)
        : AdminAnswers.failure(
          RPCError(
            .accessDenied,
            """
            user \(caller.uid) may not administer this authority; run as root or as the user it \
            runs as
            """))
    } else {
      reply = AdminAnswers.failure(RPCError(.accessDenied, "the caller's user is not known"))
    }
    if reply.count > AdminFrameDecoder.maxBytes {
      reply = AdminAnswers.failure(
        RPCError(
          .limitExceeded,
          "the answer is longer than \(AdminFrameDecoder.maxBytes) bytes; ask for one resource by name"
        ))
    }
    try? await channel.writeAndFlush(AdminFrameDecoder.frame(reply))
    try? await channel.close()
  }

  private func caller() async -> AdminCaller? {
    // Laid out as the kernel's struct ucred.
    struct Credentials {
      var pid: Int32 = 0
      var uid: UInt32 = 0
      var gid: UInt32 = 0
    }
    guard let options = channel as? any SocketOptionProvider else { return nil }
    let option = NIOBSDSocket.Option(rawValue: SO_PEERCRED)
    let found: EventLoopFuture<Credentials> = options.unsafeGetSocketOption(
      level: .socket, name: option)
    guard let credentials = try? await found.get() else { return nil }
    return AdminCaller(pid: credentials.pid, uid: credentials.uid, gid: credentials.gid)
  }
}

/// Turns the first message of a connection into a job and ignores the rest.
final class AdminRequestHandler: ChannelInboundHandler {
  typealias InboundIn = [UInt8]

  private let submit: AsyncStream<AdminJob>.Continuation
  private var asked = false

  init(submit: AsyncStream<AdminJob>.Continuation) { self.submit = submit }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !asked else { return }
    asked = true
    if let guardian = try? context.pipeline.syncOperations.context(
      handlerType: ConnectionGuard.self)
    {
      context.pipeline.syncOperations.removeHandler(context: guardian, promise: nil)
    }
    let job = AdminJob(channel: context.channel, request: unwrapInboundIn(data))
    if case .terminated = submit.yield(job) { context.close(promise: nil) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}
