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
      let message = "failed to complete challenge"
      return refuse(
        TENON_REFUSED, message,
        next:
          "the token wants its initial_public_key, which the machine does not have; put the line "
          + "that `keypair create` prints on the machine into the token: " + tctl("edit token/"),
        audit: message + ": " + rejected.message)
    case .boundKey:
      if !isAuthenticated { event("bound_keypair.recovery", success: false) }
      return refuse(
        rejected.code, "validating challenge response: " + rejected.message,
        next:
          "if the machine has another key than the bound one (storage copied, old or of another "
          + "machine), on the authority: " + tctl("bound-keypair recover ", " --public-key LINE")
          + " with the line of its id_bkp.pub; for another machine: "
          + tctl("bound-keypair unbind "))
    case .registeredKey, .rotatedKey:
      return refuseKey(purpose, rejected.code, rejected.message)
    }
  }

  func refuseKey(_ purpose: Purpose, _ code: Int32, _ message: String) -> Verdict {
    var (context, next) = ("requesting public key: ", "")
    if case .rotatedKey = purpose {
      event("bound_keypair.rotation", success: false)
      context = "requesting a new public key: "
      next = ", or have rotate_after removed: " + tctl("edit token/")
    }
    return refuse(
      code, context + message, next: "nothing has changed; update or mend the client" + next)
  }

  func lockRefusal() -> Verdict? {
    request.lockMessage.isEmpty
      ? nil : refuse(TENON_REFUSED, request.lockMessage, next: "on the authority: `tctl lock ls`")
  }

  /// - Parameter defect: what the audit log hears of it.
  func badState(_ defect: SpecProblem) -> Verdict {
    let message = "bad backend state, please recreate the join token"
    return refuse(
      TENON_INVALID_ARGUMENT, message,
      next: "the authority's audit log names the field; correct it, or forget the machine: "
        + tctl("edit token/") + ", " + tctl("bound-keypair unbind "),
      audit: message + ": " + defect.path + " " + defect.message)
  }

  func noRecoveriesLeft() -> Verdict {
    refuse(
      TENON_REFUSED, "no recovery attempts remaining",
      next: "raise spec.bound_keypair.recovery.limit of the token on the authority: "
        + tctl(
          "bound-keypair set ", " --limit " + String(max(spec.limit, status.recoveryCount) + 1)))
  }

  /// What mends a machine that cannot show what it had, for those who are sure of it.
  private var recoverCommand: String { tctl("bound-keypair recover ") }

  /// A command of the operator's about this token, as it is typed.
  func tctl(_ words: String, _ more: String = "") -> String {
    "`tctl " + words + request.tokenName + more + "`"
  }

  /// The client's certificate is of an instance that the token is not bound to any more.
  func instanceMismatch() -> Verdict {
    refuse(
      TENON_REFUSED, "bot instance mismatch",
      next: "if this is the right machine, on the authority: " + recoverCommand)
  }

  /// The client shows no join state although it must: perhaps its first join never ended.
  func stateMissing() -> Verdict {
    refuse(
      TENON_REFUSED,
      "join state verification failed: the client shows none although it has joined before",
      next: "if nobody else has its key, on the authority: " + recoverCommand)
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
    refuse(
      TENON_INVALID_ARGUMENT, "the client sent a message of an unexpected type",
      next: "update the client")
  }

  /// - Parameters:
  ///   - message: what failed. It begins with the words that clients of the protocol look for.
  ///   - next: what to do about it, which no refusal goes without.
  ///   - audit: what the audit log hears, the same unless it is given.
  func refuse(_ code: Int32, _ message: String, next: String, audit: String? = nil) -> Verdict {
    let told = message + "; " + next
    return .refuse(Refusal(code: code, message: told, audit: audit ?? told, locksToken: false))
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
