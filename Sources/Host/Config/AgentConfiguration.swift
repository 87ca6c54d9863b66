import Documents
import Wire

/// Everything the agent was told: the file, the flags over it, and the sections of its plugins checked
/// against their manifests and resolved.
struct AgentConfiguration: Sendable, Equatable {
  /// Which of the two addresses of a cluster was given.
  enum Server: Sendable, Equatable {
    case auth(ServerAddress)
    case proxy(ServerAddress)
  }

  /// The name of the file, as messages show it; empty when there was none.
  var file: String
  var server: Server
  /// Whether the server's certificate is accepted unseen.
  var isInsecure: Bool
  var isDebug: Bool
  /// Whether every service runs once and the process ends.
  var isOneshot: Bool
  /// Of the agent's own certificates.
  var lifetime: CredentialLifetime
  /// Nil when the file has none: enough only where the storage holds a valid identity.
  var onboarding: Onboarding?
  var storage: DestinationSpec
  /// In the order of the file, `outputs` behind `services`.
  var services: [ServiceConfiguration]
  var plugins: PluginPolicy
  /// Where the agent answers questions about itself; nil for nowhere.
  var diagnostics: ServerAddress?
  /// What was accepted and should still be changed.
  var warnings: [ConfigProblem]

  /// What to say when a join is needed and ``onboarding`` is nil.
  var onboardingMissing: ConfigProblem {
    ConfigProblem(
      .file(file, .none), "there is no stored identity and no `onboarding` to get one with",
      hint: "add `onboarding:` with `join_method` and `token`")
  }
}
