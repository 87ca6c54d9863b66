import Credentials
import Daemon
import Glibc
import PluginHost
import Wire

/// Tells the authority from time to time that the agent lives.
struct HeartbeatSender: Sendable {
  let link: AuthorityLink
  let keeper: IdentityKeeper
  let joinMethod: String
  let isOneshot: Bool
  let clock: any HostClock
  let startedAt: UInt64

  init(_ configuration: AgentConfiguration, _ parts: AgentParts, clock: any HostClock) {
    link = parts.link
    keeper = parts.keeper
    joinMethod = configuration.onboarding?.joinMethod ?? ""
    isOneshot = configuration.isOneshot
    self.clock = clock
    startedAt = clock.monotonicNanoseconds
  }

  /// How often a running agent reports.
  static let interval: Duration = .seconds(1800)

  /// Sends one. An authority that does not take heartbeats is no failure.
  func send(isStartup: Bool) async throws(AgentFailure) {
    try await keeper.report { identity throws(AgentFailure) in
      try await send(isStartup: isStartup, as: identity)
    }
  }

  private func send(
    isStartup: Bool, as identity: StoredIdentity
  ) async throws(AgentFailure) {
    let connection = try await link.authenticated(identity)
    do throws(RPCError) {
      try await connection.submitHeartbeat(
        Heartbeat(
          recordedAtUnixSeconds: clock.wallNanoseconds / 1_000_000_000, isStartup: isStartup,
          version: Version.product, hostname: Program.hostname,
          uptimeSeconds: Int64((clock.monotonicNanoseconds - startedAt) / 1_000_000_000),
          joinMethod: joinMethod, oneShot: isOneshot, architecture: Self.architecture,
          operatingSystem: "linux"))
      await connection.close()
    } catch {
      await connection.close()
      if error.code == .notImplemented { return }
      throw AgentFailure(error, doing: "cannot send a heartbeat")
    }
  }

  private static var architecture: String {
    #if arch(x86_64)
      "amd64"
    #else
      "arm64"
    #endif
  }
}
