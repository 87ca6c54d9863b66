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
  throw RPCError(.notImplemented, "not built yet")
}
