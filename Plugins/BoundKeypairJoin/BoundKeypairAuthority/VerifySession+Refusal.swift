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
      return refuse(rejected.code, "validating challenge response: " + rejected.message)
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
  var recoverCommand: String { "`tctl bound-keypair recover " + request.tokenName + "`" }

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
