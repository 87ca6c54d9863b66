internal import NIOHTTP1

/// Sends a JSON document to a web service by POST, as a unary call of the Connect protocol. What the service
/// says to it is read, up to 64 KiB, and dropped.
///
/// - Parameters:
///   - path: of the call, behind the path of the address; begins with `/`.
///   - limit: for everything together, from the look-up of the name to the end of the answer.
/// - Throws: `connectionProblem` when the service is not reached or does not answer in time; `badParameter` for
///   a status other than 200; `limitExceeded` for a larger answer.
public func postJSON(
  _ document: [UInt8], to service: HTTPSAddress, path: String, trust: Trust, within limit: Duration
) async throws(RPCError) {
  let request = PageRequest(
    method: .POST, address: service.server, path: service.path + path,
    headers: [("content-type", "application/json"), ("connect-protocol-version", "1")],
    body: document, maxAnswerBytes: 64 << 10)
  let exceeded = RPCError(
    .connectionProblem, "\(service.server) did not answer within \(limit.inWords)", fault: .timedOut
  )
  let page = try await withDeadline(limit, exceeded: exceeded) {
    try await request.page(trust: trust, timeouts: Timeouts(dial: limit, call: limit))
  }
  guard page.status == 200 else {
    throw RPCError(
      .badParameter,
      "\(service.server) answered \(request.path) with HTTP status \(page.status)")
  }
}
