import Documents

/// How one service of a process does.
public struct ServiceHealth: Sendable, Equatable {
  public enum Status: String, Sendable {
    /// It has not reported yet.
    case initializing
    /// Its last run went well.
    case healthy
    /// Its last run failed.
    case unhealthy
  }

  public var status: Status
  /// Why it is unhealthy; empty otherwise.
  public var reason: String
  /// When it reported last, nanoseconds since 1970; nil before the first report.
  public var updatedAt: Int64?
  /// Seconds since 1970 after which it is unhealthy unless it reports again.
  var end: Int64?
  /// What to say then.
  var endReason = ""

  static let unknown = ServiceHealth(status: .initializing, reason: "")

  /// The health at a moment, which may be after the end.
  func at(_ nanoseconds: Int64) -> ServiceHealth {
    guard status == .healthy, let end, nanoseconds / 1_000_000_000 > end else { return self }
    return ServiceHealth(status: .unhealthy, reason: endReason, updatedAt: updatedAt)
  }

  /// `{"status", "reason" (left out when empty), "updated_at" (RFC 3339, null before the first report)}`
  var node: Node {
    var members: [(String, Node)] = [("status", .text(status.rawValue))]
    if !reason.isEmpty { members.append(("reason", .text(reason.printable))) }
    members.append(
      ("updated_at", updatedAt.map { .text(LineLog.timestamp($0)) } ?? Node(.null)))
    return .object(members)
  }
}
