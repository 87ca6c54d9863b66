import BoundKeypairMessages
import Documents
import PluginABI
import PluginKit

/// How a join is refused and what the audit log hears of it.
extension VerifySession {
  func rejectedChallenge(
    _ rejected: Challenge.Rejected, _ challenge: Challenge, _ purpose: Purpose
  ) -> Verdict {
    switch purpose {
    case .initialKey:
      event("bound_keypair.recovery", success: false, key: challenge.publicKey)
      return refuse(
        TENON_REFUSED, "failed to complete challenge",
        audit: "failed to complete challenge: " + rejected.message)
    case .boundKey:
      if !isAuthenticated { event("bound_keypair.recovery", success: false) }
      return refuse(
        rejected.code, "validating challenge response: " + rejected.message,
        audit: "validating challenge response: " + rejected.message
          + "; if the machine has an older key: `tctl bound-keypair recover " + request.tokenName
          + " --public-key LINE`, for another machine: `tctl bound-keypair unbind "
          + request.tokenName + "`")
    case .registeredKey, .rotatedKey:
      return refuseKey(purpose, rejected.code, rejected.message)
    }
  }

  func context(_ purpose: Purpose) -> String {
    if case .rotatedKey = purpose { return "requesting a new public key: " }
    return "requesting public key: "
  }

  func lockRefusal() -> Verdict? {
    request.lockMessage.isEmpty ? nil : refuse(TENON_REFUSED, request.lockMessage)
  }

  /// - Parameter defect: what the audit log hears of it.
  func badState(_ defect: SpecProblem) -> Verdict {
    let message = "bad backend state, please recreate the join token"
    return refuse(
      TENON_INVALID_ARGUMENT, message,
      audit: message + ": " + defect.path + " " + defect.message)
  }

  func noRecoveriesLeft() -> Verdict {
    refuse(
      TENON_REFUSED,
      "no recovery attempts remaining; raise spec.bound_keypair.recovery.limit of the token on the "
        + "authority: `tctl bound-keypair set " + request.tokenName + " --limit "
        + String(spec.limit + 1) + "`")
  }

  /// What mends a machine that cannot show what it had, for those who are sure of it.
  private var recoverCommand: String { "`tctl bound-keypair recover " + request.tokenName + "`" }

  /// The client's certificate is of an instance that the token is not bound to any more.
  func instanceMismatch() -> Verdict {
    refuse(
      TENON_REFUSED,
      "bot instance mismatch; if this is the right machine, on the authority: " + recoverCommand)
  }

  /// The client shows no join state although it must: perhaps its first join never ended.
  func stateMissing() -> Verdict {
    refuse(
      TENON_REFUSED,
      "join state verification failed: the client shows none although it has joined before; if "
        + "nobody else has its key, on the authority: " + recoverCommand,
      audit: "join state verification failed: the client showed none; " + recoverCommand)
  }

  /// The client shows a join state that is not of the last join. It has proven the key, so it may read
  /// why.
  ///
  /// - Parameter reason: what is wrong with it.
  func stateRefused(_ reason: String) -> Verdict {
    event(
      "bound_keypair.join_state_verification_failed", success: false, [("error", .text(reason))])
    let isOlder =
      reason.sameBytes(as: "recovery counter mismatch")
      || reason.sameBytes(as: "bot instance mismatch") || reason.sameBytes(as: Self.older)
    let cause =
      (isOlder ? ": join state older than the recorded one (" : ": join state not of this token (")
      + reason + "): either the storage was copied or restored from a backup; if you restored it: "
      + recoverCommand + "; if not, somebody has a copy: keep this lock and give the right machine "
      + "a token of another name"
    return .refuse(
      Refusal(
        code: TENON_REFUSED, message: "join state verification failed" + cause,
        audit: "a bot joining with this token failed to verify its join state" + cause,
        locksToken: true))
  }

  func unexpected(_ field: UInt32) -> Verdict {
    refuse(TENON_INVALID_ARGUMENT, "the client sent a message of an unexpected type")
  }

  func refuse(_ code: Int32, _ message: String, audit: String? = nil) -> Verdict {
    .refuse(Refusal(code: code, message: message, audit: audit ?? message, locksToken: false))
  }

  /// - Parameters:
  ///   - key: the key the event is about, the bound one unless it is given.
  ///   - more: members beyond what every event of the method has.
  func event(
    _ name: String, success: Bool, key: String? = nil, _ more: [(String, Node)] = []
  ) {
    events.append(
      JSON.serialize(
        .object(
          [
            ("event", .text(name)), ("success", .flag(success)), ("bot", .text(request.botName)),
            ("public_key", .text(key ?? status.boundPublicKey)),
            ("recovery_count", .integer(status.recoveryCount)),
            ("recovery_mode", .text(spec.modeText)),
          ] + more)))
  }
}
