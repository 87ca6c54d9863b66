internal import Glibc
internal import NIOCore
internal import NIOPosix

/// A UNIX socket on which root and the server's own user administer the authority.
public final class AdminListener: Sendable {
  /// Path of the socket.
  public let path: String

  private let answers: AdminAnswers
  private let ready = Outcome<any Channel>()
  private let jobs: AsyncStream<AdminJob>
  private let submit: AsyncStream<AdminJob>.Continuation

  /// Prepares a socket; ``run()`` opens it.
  ///
  /// - Parameters:
  ///   - path: absolute path, at most 95 bytes; its directory must exist.
  ///   - handler: answers the requests.
  public init(path: String, handler: any AdminHandler) {
    self.path = path
    answers = AdminAnswers(handler: handler)
    (jobs, submit) = AsyncStream.makeStream()
  }

  /// Opens the socket (mode 0600, a dead predecessor is replaced) and serves until ``shutdown()`` or until the task is cancelled.
  ///
  /// - Throws: `alreadyExists` when a living server answers on the path, `connectionProblem` when it cannot be opened.
  public func run() async throws(RPCError) {
    let socket: AdminSocket
    let server: any Channel
    do {
      socket = try AdminSocket(beside: path)
      server = try await listen(on: socket)
      do throws(RPCError) {
        try socket.publish()
      } catch {
        try? await server.close()
        throw error
      }
    } catch {
      let error = RPCError(wrapping: error)
      ready.settle(.failure(error))
      throw error
    }
    server.closeFuture.whenComplete { _ in self.submit.finish() }
    ready.settle(.success(server))
    // Somebody who shut down before now had no server to close.
    if case .failure = ready.settled { server.close(promise: nil) }
    await withTaskCancellationHandler {
      await withDiscardingTaskGroup { group in
        for await job in jobs {
          group.addTask { await job.run(self.answers) }
        }
      }
    } onCancel: {
      shutdown()
    }
    try? await server.closeFuture.get()
    socket.withdraw()
  }

  /// Returns once the socket accepts connections (true), or has failed or ended (false). One task only.
  public func waitUntilReady() async -> Bool {
    if case .success = await ready.value { true } else { false }
  }

  /// Stops accepting, lets calls in flight finish, removes the socket and ends ``run()``.
  public func shutdown() {
    ready.settle(.failure(RPCError(.connectionProblem, "the admin socket was closed")))
    if case .success(let server)? = ready.settled { server.close(promise: nil) }
  }

  private func listen(on socket: AdminSocket) async throws -> any Channel {
    let submit = submit
    return try await ServerBootstrap(group: Loops.server)
      .serverChannelOption(.backlog, value: 16)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          try pipeline.addHandler(ConnectionGuard(limit: .seconds(10)))
          try pipeline.addHandler(ByteToMessageHandler(AdminFrameDecoder()))
          try pipeline.addHandler(AdminRequestHandler(submit: submit))
        }
      }
      .withBoundSocket(socket.descriptor).get()
  }
}
