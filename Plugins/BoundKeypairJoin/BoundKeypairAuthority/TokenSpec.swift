import Documents
import PluginKit

/// `spec.bound_keypair` of a token.
struct TokenSpec {
  /// How strictly a bot without a certificate may come back.
  enum Mode {
    case standard, relaxed, insecure
  }

  var initialPublicKey = ""
  var registrationSecret = ""
  /// Seconds since the epoch; limits the secret only.
  var mustRegisterBefore: Int64?
  var limit: Int64 = 0
  /// As written, possibly empty; ``mode`` reads it.
  var modeText = ""
  var rotateAfter: Int64?

  /// Nil for a mode nobody knows; empty means standard.
  var mode: Mode? {
    if modeText.isEmpty || modeText.sameBytes(as: "standard") { return .standard }
    if modeText.sameBytes(as: "relaxed") { return .relaxed }
    if modeText.sameBytes(as: "insecure") { return .insecure }
    return nil
  }

  /// Reads the section, a null node when the token has none, and notes what does not make sense in it.
  init(_ node: Node, _ problems: inout [SpecProblem]) {
    let fields = Fields(node: node, path: "")
    guard node.members != nil else {
      fields.note(
        "",
        "bound_keypair token requires non-nil spec.bound_keypair; add the section with "
          + "`recovery: {mode: standard, limit: 1}`", &problems)
      return
    }
    fields.known(["onboarding", "recovery", "rotate_after"], &problems)
    rotateAfter = fields.time("rotate_after", &problems)
    if let onboarding = fields.map("onboarding", &problems) {
      onboarding.known(
        ["initial_public_key", "registration_secret", "must_register_before"], &problems)
      initialPublicKey = onboarding.text("initial_public_key", &problems)
      registrationSecret = onboarding.text("registration_secret", &problems)
      mustRegisterBefore = onboarding.time("must_register_before", &problems)
    }
    guard let recovery = fields.map("recovery", &problems) else {
      fields.note(
        "recovery", "field is required; add `recovery: {mode: standard, limit: 1}`", &problems)
      return
    }
    recovery.known(["limit", "mode"], &problems)
    limit = recovery.number("limit", upTo: TokenStatus.maxRecoveryCount, &problems)
    modeText = recovery.text("mode", &problems)
    if mode == nil {
      recovery.note(
        "mode",
        "invalid recovery mode " + modeText.excerpt + "; use standard, relaxed or insecure",
        &problems)
    }
  }
}
