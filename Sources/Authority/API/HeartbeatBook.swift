import Credentials
import Documents
import Wire

/// Keeps what agents say of themselves beside their bot instance.
struct HeartbeatBook {
  let cluster: ClusterCore

  /// - Throws: `badParameter` for text over its limit, `notFound` when the instance has expired.
  func record(_ heartbeat: Heartbeat, from identity: TLSIdentity) async throws(RPCError) {
    let texts = [
      heartbeat.version, heartbeat.hostname, heartbeat.joinMethod, heartbeat.architecture,
      heartbeat.operatingSystem,
    ]
    guard texts.allSatisfy({ $0.utf8.count <= 255 }) else {
      throw RPCError(.badParameter, "a text of the heartbeat has more than 255 bytes")
    }
    let key = BotInstanceResource.key(bot: identity.botName, id: identity.botInstanceID)
    // A join of the same instance may come in between; what it wrote must stay.
    for _ in 0..<4 {
      guard
        let stored = try await cluster.store.instance(
          bot: identity.botName, id: identity.botInstanceID)
      else { throw RPCError(.notFound, "bot instance \(identity.botInstanceID) does not exist") }
      var instance = stored.resource
      instance.heartbeat(node(heartbeat))
      var transaction = Transaction()
      transaction.assertions = [stored.unchanged]
      transaction.put(key, JSON.serialize(instance.node), expires: stored.record.expires)
      do {
        return try await cluster.store.backend.commit(transaction)
      } catch .conflict {
        continue
      } catch {
        throw error.status
      }
    }
    throw RPCError(.compareFailed, "the bot instance keeps changing, please try again")
  }

  private func node(_ heartbeat: Heartbeat) -> Node {
    .object([
      ("recorded_at", .text(TimeText.text(cluster.now))),
      ("is_startup", .flag(heartbeat.isStartup)),
      ("version", .text(heartbeat.version)), ("hostname", .text(heartbeat.hostname)),
      ("uptime", .text("\(max(0, heartbeat.uptimeSeconds))s")),
      ("join_method", .text(heartbeat.joinMethod)), ("one_shot", .flag(heartbeat.oneShot)),
      ("architecture", .text(heartbeat.architecture)), ("os", .text(heartbeat.operatingSystem)),
    ])
  }
}
