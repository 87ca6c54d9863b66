import BoundKeypairMessages
public import Documents
public import PluginKit

/// What happens when a token is created or replaced: its spec is checked and its status completed.
public enum Admission {
  public enum Outcome {
    case admitted(TokenRecord)
    case rejected([SpecProblem])
  }

  /// - Parameters:
  ///   - spec: `spec.bound_keypair`, a null node when the token has none.
  ///   - status: what the caller sent; kept as sent, so that a backup restores a binding.
  public static func admit(spec: Node, status: Node, host: Host) throws(PluginError) -> Outcome {
    var problems: [SpecProblem] = []
    let parsed = TokenSpec(spec, &problems)
    var stored = TokenRecord(status, &problems)
    for (path, key) in [
      ("onboarding.initial_public_key", parsed.initialPublicKey),
      ("status.bound_public_key", stored.newest.boundPublicKey),
      ("status.predecessor.bound_public_key", stored.predecessor?.boundPublicKey ?? ""),
    ] where !key.isEmpty {
      do {
        _ = try host.keys.importPublic([UInt8](key.utf8))
      } catch let failure {
        problems.append(
          SpecProblem(
            path: path,
            message: "is no SSH public key (" + failure.message
              + "); paste the line that `keypair create` prints on the machine"))
      }
    }
    if parsed.limit == 0, parsed.mode == .standard, stored.newest.boundPublicKey.isEmpty,
      problems.isEmpty
    {
      problems.append(
        SpecProblem(
          path: "recovery.limit",
          message: "must be at least 1 in mode standard, because the first join counts as one"))
    }
    guard problems.isEmpty else { return .rejected(problems) }
    if stored.newest.boundPublicKey.isEmpty, parsed.initialPublicKey.isEmpty,
      stored.newest.registrationSecret.isEmpty
    {
      stored.newest.registrationSecret =
        parsed.registrationSecret.isEmpty
        ? Hex.text(try host.random(16)) : parsed.registrationSecret
    }
    return .admitted(stored)
  }
}
