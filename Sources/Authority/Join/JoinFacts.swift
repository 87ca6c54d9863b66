import Documents
import Wire

/// What is known of a join so far, for the one line every attempt leaves in the audit log.
struct JoinFacts {
  var token = ""
  /// Whether a token has that name. An unknown name may be a secret that somebody put into the wrong key.
  var knowsToken = false
  var bot = ""
  var method = ""
  var instance = ""
  var generation: Int64 = 0

  func fields(_ refusal: JoinRefusal?, _ peer: Peer) -> [(String, Node)] {
    var fields: [(String, Node)] = [
      ("success", .flag(refusal == nil)), ("remote_addr", .text(peer.remoteAddress)),
      ("token", .text(knowsToken ? token : Masking.token(token))),
    ]
    if !bot.isEmpty { fields.append(("bot", .text(bot))) }
    if !method.isEmpty { fields.append(("method", .text(method))) }
    if let version = peer.clientVersion {
      fields.append(("client_version", .text(String(version.prefix(64)))))
    }
    if !instance.isEmpty { fields.append(("bot_instance", .text(instance))) }
    if generation > 0 { fields.append(("generation", .integer(generation))) }
    if let refusal { fields.append(("error", .text(refusal.audit))) }
    return fields
  }
}
