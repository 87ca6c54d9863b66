internal import NIOCore
internal import NIOHTTP1

/// One HTTP/1.1 request over a connection of its own, and how much of an answer is read.
struct PageRequest: Sendable {
  var method: HTTPMethod
  var address: ServerAddress
  var path: String
  var headers: [(name: String, value: String)] = []
  /// Nil for a request without one.
  var body: [UInt8]?
  /// Larger answers are refused. Real documents have a few KiB.
  var maxAnswerBytes = 1 << 20

  var head: HTTPRequestHead {
    var head = HTTPRequestHead(version: .http1_1, method: method, uri: path)
    head.headers.add(name: "host", value: address.description)
    head.headers.add(name: "accept", value: "*/*")
    for header in headers { head.headers.add(name: header.name, value: header.value) }
    if let body { head.headers.add(name: "content-length", value: "\(body.count)") }
    head.headers.add(name: "connection", value: "close")
    return head
  }

  /// Connects with TLS, asks and reads the answer, whatever its status.
  ///
  /// - Parameter timeouts: `dial` limits connecting, `call` the answer.
  func page(trust: Trust, timeouts: Timeouts) async throws(RPCError) -> Page {
    let dialer = Dialer(
      address: address, tls: ClientTLS(trust: trust, serverName: address.host, alpn: [ALPN.http1]),
      limit: timeouts.dial, requiresALPN: false)
    let watch = ConnectionWatch()
    let (channel, answer) = try await dialer.open(watch: watch) { channel in
      let promise = channel.eventLoop.makePromise(of: Page.self)
      return channel.eventLoop.makeCompletedFuture {
        try channel.pipeline.syncOperations.addHTTPClientHandlers()
        try channel.pipeline.syncOperations.addHandler(
          PageCollector(request: self, watch: watch, promise: promise))
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
    return try await withDeadline(timeouts.call, exceeded: exceeded) { try await answer.get() }
  }
}
