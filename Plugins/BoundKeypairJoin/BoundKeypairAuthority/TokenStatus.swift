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

  public static let keys = [
    "registration_secret", "bound_public_key", "bound_bot_instance_id", "recovery_count",
    "last_recovered_at", "last_rotated_at",
  ]

  public init(_ node: Node) {
    registrationSecret = node["registration_secret"]?.string ?? ""
    boundPublicKey = node["bound_public_key"]?.string ?? ""
    boundBotInstanceID = node["bound_bot_instance_id"]?.string ?? ""
    recoveryCount = node["recovery_count"]?.int64 ?? 0
    lastRecoveredAt = node["last_recovered_at"]?.string.flatMap { Timestamp.seconds($0) }
    lastRotatedAt = node["last_rotated_at"]?.string.flatMap { Timestamp.seconds($0) }
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
