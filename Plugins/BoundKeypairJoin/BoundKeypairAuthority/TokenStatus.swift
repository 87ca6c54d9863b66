import Documents
import PluginKit

/// What a token is bound to after one of its joins. `TokenRecord` keeps the newest, and the one before while
/// that is needed.
public struct TokenStatus {
  public var registrationSecret = ""
  public var boundPublicKey = ""
  public var boundBotInstanceID = ""
  public var recoveryCount: Int64 = 0
  public var lastRecoveredAt: Int64?
  public var lastRotatedAt: Int64?
  /// Number of the join that led here; 0 before the first, and for joins of builds without the number.
  public var serial: Int64 = 0

  static let keys = [
    "registration_secret", "bound_public_key", "bound_bot_instance_id", "recovery_count",
    "last_recovered_at", "last_rotated_at", "serial",
  ]

  /// The counter is a uint32 in the resource.
  static let maxRecoveryCount: Int64 = 4_294_967_295
  /// The largest integer every JSON reader takes.
  static let maxSerial: Int64 = 9_007_199_254_740_991

  /// Reads the fields, also those an operator restored by hand, and notes what does not make sense.
  init(_ fields: Fields, _ problems: inout [SpecProblem]) {
    registrationSecret = fields.text("registration_secret", &problems)
    boundPublicKey = fields.text("bound_public_key", &problems)
    boundBotInstanceID = fields.text("bound_bot_instance_id", &problems)
    recoveryCount = fields.number("recovery_count", upTo: Self.maxRecoveryCount, &problems)
    lastRecoveredAt = fields.time("last_recovered_at", &problems)
    lastRotatedAt = fields.time("last_rotated_at", &problems)
    serial = fields.number("serial", upTo: Self.maxSerial, &problems)
  }

  /// Its members in the JSON object that `get` shows; empty fields are left out, the count never is.
  var members: [(String, Node)] {
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
    if serial > 0 { members.append(("serial", .integer(serial))) }
    return members
  }
}
