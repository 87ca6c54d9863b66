internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// Reads `http://address/path`, over a plain connection.
///
/// - Parameters:
///   - address: where a process answers questions about itself.
///   - path: with its leading slash, without characters that need escaping.
///   - limit: for dialling, and for the answer once more.
/// - Throws: `connectionProblem` when nothing answers in time; `limitExceeded` for an answer over 1 MiB;
///   `badParameter` for one that is not HTTP.
public func fetchPage(
  _ address: ServerAddress, path: String, limit: Duration
) async throws(RPCError) -> Page {
  let channel: any Channel
  do {
    channel = try await ClientBootstrap(group: Loops.client)
      .connectTimeout(TimeAmount(limit)).channelOption(.autoRead, value: false)
      .connect(host: address.host, port: address.port).get()
  } catch {
    throw DialFault.describe(error, dialling: address, within: limit)
  }
  defer { channel.close(promise: nil) }
  let exceeded = RPCError(
    .connectionProblem, "\(address) did not answer within \(limit.inWords)", fault: .timedOut)
  return try await withDeadline(limit, exceeded: exceeded) {
    try await channel.eventLoop.flatSubmit {
      let promise = channel.eventLoop.makePromise(of: Page.self)
      do {
        try channel.pipeline.syncOperations.addHTTPClientHandlers()
        try channel.pipeline.syncOperations.addHandler(
          PageCollector(
            request: PageRequest(method: .GET, address: address, path: path),
            watch: ConnectionWatch(), promise: promise))
        channel.setOption(.autoRead, value: true).cascadeFailure(to: promise)
      } catch {
        promise.fail(error)
      }
      return promise.futureResult
    }.get()
  }
}
