import PluginHost

/// How the agent gets its first identity, and renews it.
struct Onboarding: Sendable, Equatable {
  /// The name of the join token, or its secret: the value itself, or the trimmed content of the file it
  /// named. Never shown.
  var token: String
  var isTokenFromFile: Bool
  /// A name that an installed plugin offers.
  var joinMethod: String
  /// PEM file that the authority's certificate must lead to; its existence is checked when it is used.
  var caPath: String?
  /// SHA-256 of public keys of the cluster's authorities, 64 lower-case hex digits each.
  var caPins: [String]
  /// The section of the join method, resolved.
  var section: [String: ConfigValue]
}
