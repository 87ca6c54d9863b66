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
  let request = PageRequest(method: .GET, address: address, path: "/webapi/find")
  let page = try await request.page(trust: trust, timeouts: timeouts)
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
