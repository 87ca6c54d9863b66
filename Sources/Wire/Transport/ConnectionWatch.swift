internal import Synchronization

/// Remembers the first reason why a connection ended, for the calls that fail because of it.
final class ConnectionWatch: Sendable {
  private let first = Mutex<RPCError?>(nil)

  /// Remembers `error` unless a reason is known already.
  func note(_ error: RPCError) {
    first.withLock { $0 = $0 ?? error }
  }

  /// The first reason, if the connection has ended.
  var reason: RPCError? { first.withLock { $0 } }
}
