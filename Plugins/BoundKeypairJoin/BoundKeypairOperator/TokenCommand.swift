import Documents
import PluginABI
public import PluginKit

/// What an operator does to a token with `tctl bound-keypair`: every restriction of a join can be changed
/// on the server, and the machine comes back without being touched.
public enum TokenCommand: Sendable {
  /// Asks for a new key at the next join.
  case requestRotation
  /// Lets the machine that holds the bound key come back once: no join state is asked for, no recovery
  /// counted as used, every lock removed.
  ///
  /// - publicKey: bind this key in place of the bound one, for a machine that has an older key only.
  case recover(publicKey: String?)
  /// Forgets the machine, so that another may register.
  case unbind
  /// Changes how machines may come back; nil leaves as it is.
  case set(mode: String?, limit: Int64?)

  /// What to print.
  public struct Answer: Sendable {
    /// For standard error.
    public var note = ""
    /// For standard output.
    public var text = ""
  }

  /// Changes the token, or leaves all of it as it is.
  public func run(_ name: String, host: Host) throws(PluginError) -> Answer {
    let tokens = try host.tokens
    var token = try tokens.get(name)
    let answer: Answer
    switch self {
    case .requestRotation:
      let now = Timestamp.text(try host.unixSeconds())
      token.spec = token.spec.setting("rotate_after", .text(now))
      answer = Answer(
        note: "the machine of token " + name.excerpt
          + " is asked for a new key when it joins the next time\n")
    case .recover(let key): answer = try recover(&token, key, host)
    case .unbind:
      let serial = token.status["serial"]
      token.status = serial.map { .object([("serial", $0)]) } ?? .object([])
      answer = Answer(
        text: "token " + name.excerpt + " has forgotten its machine; another may register\n"
          + "what its first join needs: tctl get token/" + name + "\n")
    case .set(let mode, let limit): answer = try set(&token, mode, limit)
    }
    var unlocks = false
    if case .recover = self { unlocks = true }
    try tokens.update(token, unlocks: unlocks)
    guard !unlocks, !token.locks.isEmpty else { return answer }
    var locked = answer
    locked.note += "note: token " + name.excerpt + " is locked, nobody joins: tctl lock ls\n"
    return locked
  }

  private func recover(
    _ token: inout Tokens.Token, _ key: String?, _ host: Host
  ) throws(PluginError) -> Answer {
    if let key {
      token.status = token.status.setting(
        "bound_public_key",
        .text(try host.keys.importPublic([UInt8](key.utf8)).authorizedKey()))
    }
    guard token.status["bound_public_key"]?.string?.isEmpty == false,
      token.status["bound_bot_instance_id"]?.string?.isEmpty == false
    else {
      throw PluginError(
        TENON_INVALID_CONFIG,
        "token " + token.name.excerpt + " has no machine that could come back",
        hint: "`tctl get token/" + token.name + "` shows what a first join needs")
    }
    // With the count at 0 no join state is asked for and a recovery is left; the next join sets it to 1,
    // and what was issued before is worth nothing from then on.
    token.status = token.status.setting("recovery_count", .integer(0)).removing("predecessor")
    let recovery = token.spec["recovery"] ?? .object([])
    if recovery["limit"]?.int64 ?? 0 < 1 {
      token.spec = token.spec.setting("recovery", recovery.setting("limit", .integer(1)))
    }
    return Answer(
      text: "the machine of token " + token.name.excerpt
        + " may come back once; start its agent, or wait for its next try\n"
        + "whoever holds its key may: be sure that no copy of its storage runs elsewhere\n")
  }

  private func set(
    _ token: inout Tokens.Token, _ mode: String?, _ limit: Int64?
  ) throws(PluginError) -> Answer {
    var recovery = token.spec["recovery"] ?? .object([])
    var changes = ""
    if let mode {
      recovery = recovery.setting("mode", .text(mode))
      changes += " recovery.mode=" + mode
    }
    if let limit {
      recovery = recovery.setting("limit", .integer(limit))
      changes += " recovery.limit=" + String(limit)
    }
    guard !changes.isEmpty else {
      throw PluginError(
        TENON_INVALID_ARGUMENT, "there is nothing to set", hint: "pass --mode, --limit or both")
    }
    token.spec = token.spec.setting("recovery", recovery)
    let used = token.status["recovery_count"]?.int64 ?? 0
    return Answer(
      text: "token " + token.name.excerpt + " has" + changes + ", recoveries used: " + String(used)
        + "\n")
  }
}
