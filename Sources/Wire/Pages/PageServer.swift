internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Synchronization

/// Answers `GET` and `HEAD` over plain HTTP/1.1, one request per connection: for pages that machines ask
/// a process about itself. Knows no callers; whoever reaches the port is answered.
public final class PageServer: Sendable {
  private struct State {
    var server: (any Channel)?
    var connections: [ObjectIdentifier: any Channel] = [:]
    var isStopped = false
  }

  private let address: ServerAddress
  private let limits: PageLimits
  private let answer: @Sendable (String) -> PageAnswer?
  private let state = Mutex(State())

  /// Prepares a server; ``start()`` opens the port.
  ///
  /// - Parameters:
  ///   - address: IP address or host name to bind, and the port (0 for any free one).
  ///   - limits: what one client may cost.
  ///   - answer: for a path without its query; nil is answered with 404. Runs on a network thread and must
  ///     not block.
  public init(
    address: ServerAddress, limits: PageLimits = PageLimits(),
    answer: @escaping @Sendable (_ path: String) -> PageAnswer?
  ) {
    self.address = address
    self.limits = limits
    self.answer = answer
  }

  /// Opens the port and serves until ``stop()``.
  ///
  /// - Returns: the address that was bound.
  /// - Throws: `connectionProblem` when the port cannot be opened; the text says why and what to do.
  public func start() async throws(RPCError) -> ServerAddress {
    let server: any Channel
    do {
      server = try await ServerBootstrap(group: Loops.client)
        .serverChannelOption(.backlog, value: 64)
        .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
        .childChannelInitializer { child in
          child.eventLoop.makeCompletedFuture { try self.accept(child) }
        }
        .bind(host: address.host, port: address.port).get()
    } catch {
      let reason = (error as? IOError).map { DialFault.errnoText($0.errnoCode) }
      throw RPCError(
        .connectionProblem,
        "cannot listen on \(address): \(reason ?? "the host name cannot be resolved"); "
          + "choose another address or port")
    }
    let isStopped = state.withLock { state in
      state.server = server
      return state.isStopped
    }
    if isStopped { server.close(promise: nil) }
    return ServerAddress(
      host: server.localAddress?.ipAddress ?? address.host,
      port: server.localAddress?.port ?? address.port)
  }

  /// Closes the port and every connection.
  public func stop() async {
    let (server, connections) = state.withLock { state in
      state.isStopped = true
      return (state.server, Array(state.connections.values))
    }
    try? await server?.close().get()
    for connection in connections { connection.close(promise: nil) }
  }

  private func accept(_ child: any Channel) throws {
    let id = ObjectIdentifier(child)
    let isWelcome = state.withLock { state in
      guard !state.isStopped, state.connections.count < limits.maxConnections else { return false }
      state.connections[id] = child
      return true
    }
    guard isWelcome else {
      child.close(promise: nil)
      return
    }
    child.closeFuture.whenComplete { _ in
      self.state.withLock { _ = $0.connections.removeValue(forKey: id) }
    }
    let budget = RequestBudget(limits)
    try child.pipeline.syncOperations.addHandler(budget)
    try child.pipeline.syncOperations.configureHTTPServerPipeline(withPipeliningAssistance: false)
    try child.pipeline.syncOperations.addHandler(
      PageHandler(held: limits.held, answer: answer) { budget.requestIsWhole(on: $0) })
  }
}
