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

  init() {}

  /// Reads the fields, also those an operator restored by hand, and notes what does not make sense.
  ///
  /// - Parameter path: where they are below `status.`, empty or with a dot at its end.
  init(_ node: Node, path: String, _ problems: inout [SpecProblem]) {
    var reader = StatusReader(node: node, path: path)
    registrationSecret = reader.text("registration_secret")
    boundPublicKey = reader.text("bound_public_key")
    boundBotInstanceID = reader.text("bound_bot_instance_id")
    recoveryCount = reader.number("recovery_count", upTo: Self.maxRecoveryCount)
    lastRecoveredAt = reader.time("last_recovered_at")
    lastRotatedAt = reader.time("last_rotated_at")
    serial = reader.number("serial", upTo: Self.maxSerial)
    problems += reader.problems
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
