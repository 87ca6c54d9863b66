/// How long certificates live and how often they are renewed.
struct CredentialLifetime: Sendable, Equatable {
  static let `default` = CredentialLifetime(ttlSeconds: 3600, renewalIntervalSeconds: 1200)

  /// 1...604800.
  var ttlSeconds: Int64
  /// At least 1; not above the lifetime unless the agent runs once.
  var renewalIntervalSeconds: Int64
}
