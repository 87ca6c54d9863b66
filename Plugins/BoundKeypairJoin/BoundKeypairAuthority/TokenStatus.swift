public import Documents
import PluginKit

/// `status.bound_keypair` of a token: what the authority remembers between joins.
public struct TokenStatus {
  public var registrationSecret = ""
  public var boundPublicKey = ""
  public var boundBotInstanceID = ""
  public var recoveryCount: Int64 = 0
  public var lastRecoveredAt: Int64?
  public var lastRotatedAt: Int64?

  private static let keys = [
    "registration_secret", "bound_public_key", "bound_bot_instance_id", "recovery_count",
    "last_recovered_at", "last_rotated_at",
  ]

  /// The counter is a uint32 in the resource.
  static let maxRecoveryCount: Int64 = 4_294_967_295

  /// Reads a status, also one an operator restored by hand, and notes what does not make sense in it.
  init(_ node: Node, _ problems: inout [SpecProblem]) {
    registrationSecret = Self.text(node, "registration_secret", &problems)
    boundPublicKey = Self.text(node, "bound_public_key", &problems)
    boundBotInstanceID = Self.text(node, "bound_bot_instance_id", &problems)
    if let count = Self.present(node, "recovery_count") {
      if let number = count.int64, number >= 0, number <= Self.maxRecoveryCount {
        recoveryCount = number
      } else {
        Self.note("recovery_count", "must be a whole number from 0 to 4294967295", &problems)
      }
    }
    lastRecoveredAt = Self.time(node, "last_recovered_at", &problems)
    lastRotatedAt = Self.time(node, "last_rotated_at", &problems)
    for member in node.members ?? [] {
      var known = false
      for key in Self.keys where key.sameBytes(as: member.key) { known = true }
      if !known { Self.note(member.key, "is not a known key; remove it", &problems) }
    }
  }

  private static func present(_ node: Node, _ key: String) -> Node? {
    guard let value = node[key], !value.isNull else { return nil }
    return value
  }

  private static func text(
    _ node: Node, _ key: String, _ problems: inout [SpecProblem]
  ) -> String {
    guard let value = present(node, key) else { return "" }
    if let text = value.textOrNumber { return text }
    note(key, "must be text", &problems)
    return ""
  }

  private static func time(
    _ node: Node, _ key: String, _ problems: inout [SpecProblem]
  ) -> Int64? {
    guard let value = present(node, key) else { return nil }
    if let seconds = value.string.flatMap({ Timestamp.seconds($0) }) { return seconds }
    note(key, "must be a time like 2030-01-01T00:00:00Z", &problems)
    return nil
  }

  private static func note(_ key: String, _ message: String, _ problems: inout [SpecProblem]) {
    problems.append(SpecProblem(path: "status." + key, message: message))
  }

  /// The JSON object that `get` shows; empty fields are left out, the count never is.
  public var node: Node {
    var members: [(String, Node)] = []
    if !registrationSecret.isEmpty {
      members.append(("registration_secret", .text(registrationSecret)))
    }
    if !boundPublicKey.isEmpty { members.append(("bound_public_key", .text(boundPublicKey))) }
    if !boundBotInstanceID.isEmpty {
      members.append(("bound_bot_instance_id", .text(boundBotInstanceID)))
    }
    members.append(("recovery_count", .integer(recoveryCount)))
    if let lastRecoveredAt {
      members.append(("last_recovered_at", .text(Timestamp.text(lastRecoveredAt))))
    }
    if let lastRotatedAt {
      members.append(("last_rotated_at", .text(Timestamp.text(lastRotatedAt))))
    }
    return .object(members)
  }
}
