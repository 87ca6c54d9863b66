public import Documents
public import PluginKit

/// `spec.bound_keypair` of a token.
public struct TokenSpec {
  /// How strictly a bot without a certificate may come back.
  public enum Mode {
    case standard, relaxed, insecure
  }

  public var initialPublicKey = ""
  public var registrationSecret = ""
  /// Seconds since the epoch; limits the secret only.
  public var mustRegisterBefore: Int64?
  public var limit: Int64 = 0
  /// As written, possibly empty; ``mode`` reads it.
  public var modeText = ""
  public var rotateAfter: Int64?

  /// Nil for a mode nobody knows; empty means standard.
  public var mode: Mode? {
    if modeText.isEmpty || modeText.sameBytes(as: "standard") { return .standard }
    if modeText.sameBytes(as: "relaxed") { return .relaxed }
    if modeText.sameBytes(as: "insecure") { return .insecure }
    return nil
  }

  init() {}
}

/// Reads a spec and collects every problem it has.
public struct TokenSpecReader {
  public private(set) var problems: [SpecProblem] = []

  public init() {}

  public mutating func read(_ node: Node) -> TokenSpec {
    var spec = TokenSpec()
    guard node.members != nil else {
      note(
        "",
        "bound_keypair token requires non-nil spec.bound_keypair; add the section with "
          + "`recovery: {mode: standard, limit: 1}`")
      return spec
    }
    knownKeys(node, "", ["onboarding", "recovery", "rotate_after"])
    spec.rotateAfter = time(node, "rotate_after", "")
    if let onboarding = section(node, "onboarding") {
      knownKeys(
        onboarding, "onboarding.",
        ["initial_public_key", "registration_secret", "must_register_before"])
      spec.initialPublicKey = text(onboarding, "initial_public_key", "onboarding.")
      spec.registrationSecret = text(onboarding, "registration_secret", "onboarding.")
      spec.mustRegisterBefore = time(onboarding, "must_register_before", "onboarding.")
    }
    guard let recovery = section(node, "recovery") else {
      note("recovery", "field is required; add `recovery: {mode: standard, limit: 1}`")
      return spec
    }
    knownKeys(recovery, "recovery.", ["limit", "mode"])
    if let limit = present(recovery, "limit") {
      if let number = limit.int64, number >= 0, number <= 4_294_967_295 {
        spec.limit = number
      } else {
        note("recovery.limit", "must be a whole number from 0 to 4294967295")
      }
    }
    spec.modeText = text(recovery, "mode", "recovery.")
    if spec.mode == nil {
      note(
        "recovery.mode",
        "invalid recovery mode " + spec.modeText.excerpt
          + "; use standard, relaxed or insecure")
    }
    return spec
  }

  mutating func note(_ path: String, _ message: String) {
    problems.append(SpecProblem(path: path, message: message))
  }

  private func present(_ node: Node, _ key: String) -> Node? {
    guard let value = node[key], !value.isNull else { return nil }
    return value
  }

  private mutating func section(_ node: Node, _ key: String) -> Node? {
    guard let value = present(node, key) else { return nil }
    guard value.members != nil else {
      note(key, "must be a map")
      return nil
    }
    return value
  }

  private mutating func text(_ node: Node, _ key: String, _ path: String) -> String {
    guard let value = present(node, key) else { return "" }
    guard let text = value.textOrNumber else {
      note(path + key, "must be text")
      return ""
    }
    return text
  }

  private mutating func time(_ node: Node, _ key: String, _ path: String) -> Int64? {
    guard let value = present(node, key) else { return nil }
    guard let text = value.string, let seconds = Timestamp.seconds(text) else {
      note(path + key, "must be a time like 2030-01-01T00:00:00Z")
      return nil
    }
    return seconds
  }

  private mutating func knownKeys(_ node: Node, _ path: String, _ known: [String]) {
    for member in node.members ?? [] {
      var found = false
      for key in known where key.sameBytes(as: member.key) { found = true }
      if !found { note(path + member.key, "is not a known key; remove it or correct its spelling") }
    }
  }
}
