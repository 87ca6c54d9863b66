import BoundKeypairMessages
import Documents
import PluginABI
import PluginKit

/// What follows a proven key: limit, lock, join state, due rotation, in the order of the protocol.
extension VerifySession {
  func proven(
    _ challenge: Challenge, _ purpose: Purpose
  ) throws(PluginError) -> Verdict {
    switch purpose {
    case .initialKey, .registeredKey:
      if let locked = lockRefusal() { return locked }
      status.boundPublicKey = challenge.publicKey
      if case .registeredKey = purpose { status.registrationSecret = "" }
      try countRecovery()
      return try rotateOrAccept()
    // An operator who set the count back lets the machine come back once, with whatever it has: also
    // with the certificate of a restored backup, whose generation is an old one.
    case .boundKey:
      return try isAuthenticated && status.recoveryCount > 0 ? rejoin() : recover()
    case .rotatedKey:
      if try isBound(challenge.key) {
        return refuseKey(
          purpose, TENON_INVALID_ARGUMENT, "public key may not be reused after rotation")
      }
      let previous = status.boundPublicKey
      status.boundPublicKey = challenge.publicKey
      status.lastRotatedAt = try host.unixSeconds()
      event(
        "bound_keypair.rotation", success: true, [("previous_public_key", .text(previous))])
      return accept()
    }
  }

  func rejoin() throws(PluginError) -> Verdict {
    if let locked = lockRefusal() { return locked }
    if let refused = try checkJoinState() { return refused }
    guard status.boundBotInstanceID.sameBytes(as: request.instanceID),
      previousInstance.isEmpty || previousInstance.sameBytes(as: request.instanceID)
    else {
      return instanceMismatch()
    }
    return try rotateOrAccept()
  }

  func recover() throws(PluginError) -> Verdict {
    if spec.mode == .standard, !hasRecoveriesLeft { return noRecoveriesLeft() }
    if let locked = lockRefusal() { return locked }
    if let refused = try checkJoinState() { return refused }
    try countRecovery()
    return try rotateOrAccept()
  }

  func checkJoinState() throws(PluginError) -> Verdict? {
    guard status.recoveryCount > 0, spec.mode != .insecure else { return nil }
    try readJoinState()
    switch shown {
    case nil: return stateMissing()
    case .invalid(let reason): return stateRefused(reason)
    case .genuine(let claims):
      if let reason = mismatch(claims) { return stateRefused(reason) }
      (previousInstance, acceptedSerial) = (claims.instanceID ?? "", claims.serial)
      return nil
    }
  }

  func rotateOrAccept() throws(PluginError) -> Verdict {
    if let due = spec.rotateAfter, due <= (try host.unixSeconds()),
      status.lastRotatedAt.map({ $0 < due }) ?? true
    {
      return try requestKey(.rotatedKey)
    }
    return accept()
  }

  func accept() -> Verdict {
    stage = .accepted
    var replaced = ""
    if case .predecessor = branch {
      replaced = record.newest.boundBotInstanceID
      event(
        "bound_keypair.unconfirmed_join_replaced", success: true,
        [
          ("replaced_instance", .text(replaced)), ("serial", .integer(record.newest.serial)),
          (
            "reason",
            .text(
              "the newest join was never used: its answer was lost, or somebody joined with a copy "
                + "and has not used the result")
          ),
        ])
    }
    return .accept(
      newInstance: newInstance, previousInstance: previousInstance, replacedInstance: replaced,
      attributes: [UInt8]("{}".utf8))
  }

  func countRecovery() throws(PluginError) {
    status.recoveryCount += 1
    status.lastRecoveredAt = try host.unixSeconds()
    newInstance = true
    event("bound_keypair.recovery", success: true)
  }
}
