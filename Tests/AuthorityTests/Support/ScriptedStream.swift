import Synchronization
import Wire

/// The server's end of a join whose client is a piece of the test.
final class ScriptedStream: JoinServerStream {
  /// What the authority has sent, in order.
  enum Sent: Sendable {
    case initialized(ServerInit)
    case challenge(field: UInt32, message: [UInt8])
    case result(JoinResult)
  }

  /// Gives the client's next message after what it has been sent; nil closes its direction.
  typealias Client = @Sendable (_ sent: [Sent]) async throws(RPCError) -> JoinClientMessage?

  private let log = Mutex<[Sent]>([])
  private let client: Client

  init(_ client: @escaping Client) { self.client = client }

  /// A client that sends these messages one after another, whatever it is sent, and then closes.
  convenience init(_ messages: [JoinClientMessage]) {
    let next = Mutex(0)
    self.init { _ in
      next.withLock { index in
        defer { index += 1 }
        return index < messages.count ? messages[index] : nil
      }
    }
  }

  var sent: [Sent] { log.withLock { $0 } }

  var result: JoinResult? {
    for case .result(let result) in sent { return result }
    return nil
  }

  var challenges: [(field: UInt32, message: [UInt8])] {
    sent.compactMap {
      if case .challenge(let field, let message) = $0 { (field, message) } else { nil }
    }
  }

  func receive() async throws(RPCError) -> JoinClientMessage? { try await client(sent) }

  func sendInit(_ message: ServerInit) async throws(RPCError) {
    log.withLock { $0.append(.initialized(message)) }
  }

  func sendChallenge(field: UInt32, message: [UInt8]) async throws(RPCError) {
    log.withLock { $0.append(.challenge(field: field, message: message)) }
  }

  func sendResult(_ result: JoinResult) async throws(RPCError) {
    log.withLock { $0.append(.result(result)) }
  }
}
