/// One TLS port that serves joins, the API and the discovery page, told apart by the negotiated protocol.
public final class Listener: Sendable {
  /// Prepares a listener; ``run()`` opens the port.
  ///
  /// - Parameters:
  ///   - address: IP address or host name to bind, and the port (0 for any free one).
  ///   - tls: where certificates and client authorities come from.
  ///   - serverVersion: semantic version sent in the metadata key `version`.
  ///   - limits: what one client may cost.
  ///   - join: verifies joins.
  ///   - api: answers calls.
  ///   - discovery: body for a path (`/webapi/find`, `/webapi/ping`, without query) as JSON; nil answers 404.
  public init(
    address: ServerAddress, tls: ServerTLS, serverVersion: String,
    limits: ServerLimits = ServerLimits(), join: any JoinHandler, api: any APIHandler,
    discovery: @escaping @Sendable (_ path: String) -> [UInt8]?
  ) {}

  /// Opens the port and serves until ``shutdown()`` or until the task is cancelled.
  ///
  /// - Throws: `connectionProblem` when the port cannot be opened.
  public func run() async throws(RPCError) {
    throw RPCError(.notImplemented, "not built yet")
  }

  /// The address that was bound, once it is; nil when binding failed or the listener has ended.
  public var boundAddress: ServerAddress? { get async { nil } }

  /// Stops accepting, lets calls in flight finish, then ends ``run()``.
  public func shutdown() {}
}
