/// The part of a role that an agent reads.
public struct Role: Sendable, Equatable {
  /// Name of the role.
  public var name: String
  /// Roles its holder may impersonate (`allow.impersonate.roles`).
  public var impersonateRoles: [String]
  /// Logins it allows (`allow.logins`).
  public var logins: [String]
  /// Longest life of a certificate with this role, seconds; nil when unlimited.
  public var maxSessionTTLSeconds: Int64?

  /// Creates a role.
  public init(
    name: String, impersonateRoles: [String] = [], logins: [String] = [],
    maxSessionTTLSeconds: Int64? = nil
  ) {
    self.name = name
    self.impersonateRoles = impersonateRoles
    self.logins = logins
    self.maxSessionTTLSeconds = maxSessionTTLSeconds
  }
}
