/// A UNIX socket on which root and the server's own user administer the authority.
public final class AdminListener: Sendable {
  /// Path of the socket.
  public let path: String

  /// Prepares a socket; ``run()`` opens it.
  public init(path: String, handler: any AdminHandler) { self.path = path }

  /// Opens the socket (mode 0600, a dead predecessor is replaced) and serves until ``shutdown()`` or until the task is cancelled.
  ///
  /// - Throws: `alreadyExists` when a living server answers on the path, `connectionProblem` when it cannot be opened.
  public func run() async throws(RPCError) {
    throw RPCError(.notImplemented, "not built yet")
  }

  /// Returns once the socket accepts connections (true), or has failed or ended (false).
  public func waitUntilReady() async -> Bool { false }

  /// Stops accepting, lets calls in flight finish, removes the socket and ends ``run()``.
  public func shutdown() {}
}
