import BoundKeypairMessages
import Documents
import PluginABI
import PluginKit

/// Which of two joins a client stands on, while the newest one is unconfirmed.
extension VerifySession {
  enum Branch {
    /// The client has the result of the newest join, or there is no other to stand on.
    case newest
    /// The client has what the join before gave it: the newest one's result was lost, or somebody else
    /// has it.
    case predecessor
  }

  /// Decides before the challenge, since either side may have a key of its own. Nothing is believed here
  /// that is not judged again in its place: a client that stands nowhere is led down the newest side.
  ///
  /// Mode insecure keeps no predecessor: there, any number of machines may share one key, and none of
  /// them replaces another.
  func chooseBranch() throws(PluginError) {
    guard spec.mode != .insecure, let predecessor = record.predecessor,
      // An operator set the counter back; what was before does not count any more.
      predecessor.recoveryCount <= record.newest.recoveryCount,
      try standsOn(predecessor)
    else { return }
    branch = .predecessor
    status = predecessor
  }

  /// The side the client stands on, as it was before this join.
  var base: TokenStatus {
    if case .predecessor = branch, let predecessor = record.predecessor { return predecessor }
    return record.newest
  }

  private func standsOn(_ predecessor: TokenStatus) throws(PluginError) -> Bool {
    // The core has confirmed the newest join if its certificate is the caller's.
    if isAuthenticated {
      return predecessor.boundBotInstanceID.sameBytes(as: request.instanceID)
    }
    try readJoinState()
    if case .genuine(let claims) = shown {
      if claims.mismatch(record.newest) == nil, claims.serial >= record.newest.serial {
        return false
      }
      if claims.mismatch(predecessor) == nil, claims.serial == predecessor.serial { return true }
    }
    // Before its first join a client has nothing to show, or something of a former token.
    return predecessor.recoveryCount == 0
  }

  /// Reads the client's join state, if it shows one.
  func readJoinState() throws(PluginError) {
    guard shown == nil else { return }
    let compact = try WireMessage(parsing: request.initMessage)[Field.previousJoinState]
    guard !compact.isEmpty else { return }
    shown = try JoinState.read(compact, botName: request.botName, host: host)
  }

  /// Why a genuine join state is not one of the side the client stands on.
  func mismatch(_ claims: JoinState.Claims) -> String? {
    let reason = claims.mismatch(base)
    if isAuthenticated {
      // A client may have died between storing a join state and storing the certificate that came with
      // it; `rejoin` compares the instances.
      if let reason, claims.mismatch(record.newest) != nil { return reason }
      // On the newest side the generation in the certificate says more. On the other the certificate
      // may be of a join before the predecessor, which a recovery has confirmed by its join state.
      guard case .predecessor = branch else { return nil }
      return claims.serial == base.serial || claims.serial >= record.newest.serial
        ? nil : Self.older
    }
    if let reason { return reason }
    // A later number than the recorded one: an operator gave back the token as it was some joins ago.
    return claims.serial < base.serial ? Self.older : nil
  }

  static var older: String { "join number mismatch" }
}
