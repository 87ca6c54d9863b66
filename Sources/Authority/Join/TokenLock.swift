import Documents
import PluginHost
import Wire

/// Locks a join token against everybody who holds what was made with it.
struct TokenLock {
  let cluster: ClusterCore
  let token: String

  /// Makes the lock unless the token has one, so that any number of refused attempts leave one.
  ///
  /// The token's record is written anew along with it: an operator who is about to unlock the token has
  /// not seen this lock, and is told to look again.
  ///
  /// - Parameter message: for the locked client and for whoever looks at the lock.
  func create(_ message: String) async throws(RPCError) {
    while true {
      // Read before the locks are: a lock that comes in between changes it.
      let stored = try await cluster.store.token(token)
      let locks = try await cluster.store.locks()
      guard locks.message([.joinToken(token)]) == nil else { return }
      let name = UUID.random(cluster.random)
      var transaction = Transaction()
      transaction.put(
        LockResource.prefix + name,
        JSON.serialize(
          LockResource.node(
            name: name, target: .joinToken(token), message: message, now: cluster.now)))
      transaction.assertions = [locks.unchanged]
      if let stored {
        transaction.assertions.append(stored.unchanged)
        transaction.put(
          stored.record.key, stored.record.value, expires: stored.record.expires)
      }
      do {
        try await cluster.store.backend.commit(transaction)
      } catch .conflict {
        continue
      } catch {
        throw error.status
      }
      cluster.audit.write(
        "lock.created",
        [("lock", .text(name)), ("token", .text(token)), ("message", .text(message))])
      return
    }
  }
}
