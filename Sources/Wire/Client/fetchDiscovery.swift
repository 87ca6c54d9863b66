internal import NIOCore
internal import NIOHTTP1

/// Reads `https://address/webapi/find`.
///
/// - Parameters:
///   - address: public address of the cluster.
///   - trust: which servers to believe.
///   - timeouts: `dial` limits connecting, `call` the answer.
/// - Throws: `connectionProblem` as ``Connection/open(to:tls:clientVersion:timeouts:)`` does; `badParameter` or `notFound` for
///   an answer that is not what a cluster sends; `limitExceeded` for one over 1 MiB.
public func fetchDiscovery(
  _ address: ServerAddress, trust: Trust, timeouts: Timeouts = Timeouts()
) async throws(RPCError) -> Discovery {
  let dialer = Dialer(
    address: address, tls: ClientTLS(trust: trust, serverName: address.host, alpn: [ALPN.http1]),
    limit: timeouts.dial, requiresALPN: false)
  let watch = ConnectionWatch()
  let (channel, answer) = try await dialer.open(watch: watch) { channel in
    let promise = channel.eventLoop.makePromise(of: Page.self)
    return channel.eventLoop.makeCompletedFuture {
      try channel.pipeline.syncOperations.addHTTPClientHandlers()
      try channel.pipeline.syncOperations.addHandler(
        PageCollector(
          address: address, path: "/webapi/find", watch: watch, promise: promise))
      return (channel, promise.futureResult)
    }.flatMapErrorThrowing { error in
      promise.fail(error)
      throw error
    }
  }
  defer { channel.close(promise: nil) }
  let exceeded = RPCError(
    .connectionProblem, "\(address) did not answer within \(timeouts.call.inWords)",
    fault: .timedOut)
  let page = try await withDeadline(timeouts.call, exceeded: exceeded) { try await answer.get() }
  switch page.status {
  case 200: return try Discovery(json: page.body, from: address)
  case 404:
    throw RPCError(
      .notFound, "\(address) has no /webapi/find; check that it is a cluster's public address")
  default:
    throw RPCError(
      .badParameter, "\(address) answered /webapi/find with HTTP status \(page.status)")
  }
}
