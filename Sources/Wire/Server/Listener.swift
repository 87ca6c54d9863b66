internal import GRPCCore
internal import GRPCNIOTransportHTTP2
internal import NIOCore

/// One TLS port that serves joins, the API and the discovery page, told apart by the negotiated protocol.
///
/// | negotiated | serves |
/// | --- | --- |
/// | `teleport-proxy-grpc` | gRPC; a client certificate is ignored |
/// | `h2`, `teleport-auth@…` of this cluster | gRPC; a client certificate identifies the peer |
/// | `http/1.1`, nothing | `GET` of the discovery documents |
public final class Listener: Sendable {
  private typealias Transport = HTTP2ServerTransport.Custom<TLSListenerFactory>

  private let address: ServerAddress
  private let transport: Transport
  private let dispatcher: CallDispatcher

  /// Prepares a listener; ``run()`` opens the port.
  ///
  /// - Parameters:
  ///   - address: IP address or host name to bind, and the port (0 for any free one).
  ///   - cluster: name of the cluster whose API this is.
  ///   - tls: where certificates and client authorities come from.
  ///   - serverVersion: semantic version sent in the metadata key `version`.
  ///   - limits: what one client may cost.
  ///   - join: verifies joins.
  ///   - api: answers calls.
  ///   - discovery: body for a path (`/webapi/find`, `/webapi/ping`, without query) as JSON; nil answers 404.
  public init(
    address: ServerAddress, cluster: String, tls: ServerTLS, serverVersion: String,
    limits: ServerLimits = ServerLimits(), join: any JoinHandler, api: any APIHandler,
    discovery: @escaping @Sendable (_ path: String) -> [UInt8]?
  ) {
    self.address = address
    let registry = PeerRegistry()
    var config = Transport.Config.defaults
    config.http2.maxConcurrentStreams = limits.maxConcurrentStreams
    config.rpc.maxRequestPayloadSize = limits.maxMessageBytes
    config.connection.maxIdleTime = limits.idle
    config.connection.maxAge = limits.lifetime
    // A join is a few small messages each way: waiting to fill packets would only add latency.
    config.connection.flushCoalescing = nil
    config.connection.keepalive.time = .seconds(300)
    config.connection.keepalive.clientBehavior.allowWithoutCalls = true
    config.connection.keepalive.clientBehavior.minPingIntervalWithoutCalls = .seconds(30)
    transport = Transport(
      listenerFactory: TLSListenerFactory(
        address: address, contexts: ServerContexts(tls: tls, cluster: cluster), registry: registry,
        limits: limits, discovery: discovery),
      config: config)
    dispatcher = CallDispatcher(
      registry: registry, join: join, answers: APIAnswers(handler: api),
      serverVersion: serverVersion, limits: limits)
  }

  /// Opens the port and serves until ``shutdown()`` or until the task is cancelled.
  ///
  /// - Throws: `connectionProblem` when the port cannot be opened.
  public func run() async throws(RPCError) {
    do {
      try await withTaskCancellationHandler {
        try await transport.listen { stream, context in await self.dispatcher.serve(stream, context)
        }
      } onCancel: {
        transport.beginGracefulShutdown()
      }
    } catch let error as IOError {
      throw RPCError(
        .connectionProblem,
        "cannot listen on \(address): \(DialFault.errnoText(error.errnoCode)); choose another address or port"
      )
    } catch is CancellationError {
      return
    } catch {
      throw RPCError(.connectionProblem, "cannot listen on \(address): \(error)")
    }
  }

  /// The address that was bound, once it is; nil when binding failed or the listener has ended.
  public var boundAddress: ServerAddress? {
    get async {
      let bound = await transport.listeningAddress
      if let v4 = bound?.ipv4 { return ServerAddress(host: v4.host, port: v4.port) }
      if let v6 = bound?.ipv6 { return ServerAddress(host: v6.host, port: v6.port) }
      return nil
    }
  }

  /// Stops accepting, lets calls in flight finish, then ends ``run()``.
  public func shutdown() { transport.beginGracefulShutdown() }
}
