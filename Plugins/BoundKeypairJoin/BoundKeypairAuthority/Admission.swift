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
    var reader = TokenSpecReader()
    let parsed = reader.read(spec)
    if !parsed.initialPublicKey.isEmpty {
      do {
        _ = try host.keys.importPublic([UInt8](parsed.initialPublicKey.utf8))
      } catch let failure {
        reader.note(
          "onboarding.initial_public_key",
          "is no SSH public key (" + failure.message
            + "); paste the line that `keypair create` printed")
      }
    }
    var problems: [SpecProblem] = []
    var stored = TokenRecord(status, &problems)
    for problem in problems { reader.note(problem.path, problem.message) }
    for (path, key) in [
      ("", stored.newest.boundPublicKey),
      ("predecessor.", stored.predecessor?.boundPublicKey ?? ""),
    ] where !key.isEmpty {
      do {
        _ = try host.keys.importPublic([UInt8](key.utf8))
      } catch let failure {
        reader.note(
          "status." + path + "bound_public_key", "is no SSH public key (" + failure.message + ")")
      }
    }
    if parsed.limit == 0, parsed.mode == .standard, stored.newest.boundPublicKey.isEmpty,
      reader.problems.isEmpty
    {
      reader.note(
        "recovery.limit",
        "must be at least 1 in mode standard, because the first join counts as one")
    }
    guard reader.problems.isEmpty else { return .rejected(reader.problems) }
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
