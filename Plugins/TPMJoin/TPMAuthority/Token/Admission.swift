public import Documents
public import PluginKit

/// What happens when a token is created or replaced: its spec is checked. The method keeps no status.
public enum Admission {
  public enum Outcome {
    /// The status to store.
    case admitted(Node)
    case rejected([SpecProblem])
  }

  /// - Parameters:
  ///   - spec: `spec.tpm`, a null node when the token has none.
  ///   - status: what the caller sent; nothing but an empty map.
  public static func admit(spec: Node, status: Node, host: Host) throws(PluginError) -> Outcome {
    Libcrypto.prepare()
    var reader = TokenSpecReader()
    let parsed = reader.read(spec)
    switch status.members {
    case nil: reader.note("status", "must be a map")
    case .some(let members):
      for member in members {
        reader.note("status." + member.key, "is not a known key; the method keeps no status")
      }
    }
    guard reader.problems.isEmpty else { return .rejected(reader.problems) }
    let now = try host.unixSeconds()
    for (index, authority) in parsed.authorities.enumerated() {
      guard let objection = authority.validityObjection(at: now) else { continue }
      try host.log.warning(
        "ekcert_allowed_cas.\(index) of the token " + objection
          + "; endorsement certificates it signed will be refused")
    }
    return .admitted(.object([]))
  }
}
