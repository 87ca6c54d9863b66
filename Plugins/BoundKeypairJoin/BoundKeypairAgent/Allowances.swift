import BoundKeypairMessages
import Documents
public import PluginKit

/// How many recoveries the agent has had and may have, for metrics.
public enum Allowances {
  /// The JSON array of `tenon/cap/allowances.h`, from the stored join state: what the authority said at
  /// the last join. Nothing is decided by it, so its signature, which only the authority can check, is
  /// not looked at.
  public static func held(host: Host) throws(PluginError) -> [UInt8] {
    guard let state = try host.storage.get(ClientState.Record.joinState),
      let claims = JWS(state).flatMap({ try? JSON.parse($0.payload) }),
      let used = claims["recovery_sequence"]?.int64, used >= 0
    else { return [0x5B, 0x5D] }
    var members: [(String, Node)] = [("name", .text("recoveries")), ("used", .integer(used))]
    let mode = claims["recovery_mode"]?.string ?? ""
    if mode.isEmpty || mode.sameBytes(as: "standard"),
      let limit = claims["recovery_limit"]?.int64, limit >= 0
    {
      members.append(("limit", .integer(limit)))
    }
    return JSON.serialize(.array([.object(members)]))
  }
}
