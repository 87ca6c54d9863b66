internal import GRPCCore
internal import GRPCNIOTransportHTTP2
internal import NIOCore

/// One open connection to an authority or its proxy.
///
/// A connection never reconnects: once it broke, every call fails with `connectionProblem` and the owner opens another.
/// All calls may run at the same time. Close it when done; a forgotten one is closed when the object goes away.
public final class Connection: Sendable {
  typealias Transport = HTTP2ClientTransport.WrappedChannel

  /// Where it leads.
  public let address: ServerAddress

  let transport: Transport
  let timeouts: Timeouts
  private let clientVersion: String
  private let watch: ConnectionWatch
  private let runner: Task<Void, Never>

  /// Dials, shakes hands and verifies the server.
  ///
  /// - Parameters:
  ///   - address: where to dial; the name to verify is `tls.serverName`.
  ///   - tls: whom to believe and what to present.
  ///   - clientVersion: semantic version sent with every call in the metadata key `version`.
  ///   - timeouts: limits of dialling and of every call.
  /// - Throws: `connectionProblem` with a ``ConnectionFault`` and a sentence that names the address and the reason;
  ///   `badParameter` when the certificate or key in `tls` cannot be used.
  public static func open(
    to address: ServerAddress, tls: ClientTLS, clientVersion: String,
    timeouts: Timeouts = Timeouts()
  ) async throws(RPCError) -> Connection {
    let watch = ConnectionWatch()
    let dialer = Dialer(address: address, tls: tls, limit: timeouts.dial, requiresALPN: true)
    var config = Transport.Config.defaults
    config.http2.authority = tls.serverName
    // Joins are a few small messages each way: waiting to fill packets would only add latency.
    config.connection.flushCoalescing = nil
    do {
      let transport = try await Transport.wrapping(config: config) { configure in
        try await dialer.open(watch: watch, configure: configure)
      }
      return Connection(
        address: address, transport: transport, clientVersion: clientVersion, timeouts: timeouts,
        watch: watch)
    } catch {
      throw RPCError(wrapping: error)
    }
  }

  private init(
    address: ServerAddress, transport: Transport, clientVersion: String, timeouts: Timeouts,
    watch: ConnectionWatch
  ) {
    self.address = address
    self.transport = transport
    self.clientVersion = clientVersion
    self.timeouts = timeouts
    self.watch = watch
    runner = Task { try? await transport.connect() }
  }

  deinit { runner.cancel() }

  /// Opens a join stream.
  public func join() async throws(RPCError) -> JoinStream { JoinStream(on: self) }

  /// Closes the connection; calls in flight fail.
  public func close() async {
    watch.note(
      RPCError(.connectionProblem, "the connection to \(address) was closed", fault: .closed))
    runner.cancel()
  }

  /// Metadata sent with every call.
  func metadata(limit: Duration) -> Metadata {
    let milliseconds = max(
      1, limit.components.seconds * 1000 + limit.components.attoseconds / 1_000_000_000_000_000)
    return [
      "version": .string(clientVersion),
      // At most eight digits are allowed.
      "grpc-timeout": .string("\(min(milliseconds, 99_999_999))m"),
    ]
  }

  /// Prefers the reason why the connection ended over what a call noticed of it.
  func explain(_ error: RPCError) -> RPCError {
    guard error.code == .connectionProblem, error.fault == nil else { return error }
    return watch.reason ?? RPCError(error.code, "\(address): \(error.message)", fault: .closed)
  }

  /// The server sent what the protocol does not allow.
  func broken(_ what: String) -> RPCError {
    RPCError(
      .connectionProblem, "the server does not keep to the protocol: \(what)",
      fault: .brokenProtocol)
  }

  /// Makes of a message that cannot be read the server's fault.
  func reading<Message>(_ read: () throws(RPCError) -> Message) throws(RPCError) -> Message {
    do {
      return try read()
    } catch {
      throw broken(error.message)
    }
  }

  /// One request, one reply.
  func call(_ method: Method, _ request: [UInt8]) async throws(RPCError) -> [UInt8] {
    let exceeded = RPCError(
      .connectionProblem,
      "\(address) did not answer \(method.rawValue) within \(timeouts.call.inWords)",
      fault: .timedOut)
    let transport = transport
    let metadata = metadata(limit: timeouts.call)
    do {
      return try await withDeadline(timeouts.call, exceeded: exceeded) {
        try await transport.withStream(descriptor: method.descriptor, options: .defaults) {
          stream, _ in
          try await stream.outbound.write(contentsOf: [
            .metadata(metadata), .message(GRPCNIOTransportBytes(request)),
          ])
          await stream.outbound.finish()
          return try await self.reply(from: stream.inbound)
        }
      }
    } catch {
      throw explain(error)
    }
  }

  private func reply(
    from parts: RPCAsyncSequence<RPCResponsePart<GRPCNIOTransportBytes>, any Error>
  ) async throws -> [UInt8] {
    var reply: [UInt8]?
    for try await part in parts {
      switch part {
      case .metadata: continue
      case .message(let bytes):
        guard reply == nil else {
          throw broken("it sent more than one reply")
        }
        reply = bytes.withUnsafeBytes { Array($0) }
      case .status(let status, _):
        guard status.code == .ok else {
          throw RPCError(statusCode: status.code.rawValue, message: status.message)
        }
      }
    }
    guard let reply else { throw broken("it answered without a reply") }
    return reply
  }
}
