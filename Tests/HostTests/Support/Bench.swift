import Credentials
import Documents
import PluginHost
import Testing
import Wire

@testable import Host

/// An agent on a workbench: a cluster on loopback, a folder, a log and pauses, all of the test's own.
struct Bench {
  let scratch: Scratch
  let cluster: FakeCluster
  let log: LogFile
  let naps: Naps
  var configuration: AgentConfiguration

  var clock: ManualClock { cluster.clock }

  static let plan = """
    {"requests":[{"id":"main","kind":"user-certificate"},{"id":"host","kind":"ca-bundle","type":"host"}]}
    """

  /// Serves the cluster while `body` runs.
  static func with(
    naps: Naps = Naps(), isOneshot: Bool = true, _ body: (Bench) async throws -> Void
  ) async throws {
    let scratch = try Scratch()
    let cluster = try FakeCluster()
    let key = try PrivateKey.generate(.ecdsaP256)
    let shown = try cluster.hostTLS.issue(
      .host(
        id: "node", clusterName: FakeCluster.name, role: "Auth",
        publicNames: ["localhost", "127.0.0.1"],
        validity: Validity(from: cluster.clock.start, until: cluster.clock.start + 86_400)),
      for: key.publicKey)
    let authorities = [cluster.userTLS.certificate.der, cluster.hostTLS.certificate.der]
    let listener = Listener(
      address: ServerAddress(host: "127.0.0.1", port: 0), cluster: FakeCluster.name,
      tls: ServerTLS(
        certificate: { _ in ServerCertificate(chain: [shown.der], privateKeyPEM: key.pem) },
        clientAuthorities: { authorities }),
      serverVersion: "18.2.0", join: cluster, api: cluster,
      discovery: { _ in Array(cluster.now.discovery.utf8) })
    let running = Task { try await listener.run() }
    let address = try #require(await listener.boundAddress)
    try scratch.write("ca.pem", cluster.hostTLS.certificate.pem)
    let bench = Bench(
      scratch: scratch, cluster: cluster, log: LogFile(scratch, isVerbose: true), naps: naps,
      configuration: configuration(address, scratch, isOneshot: isOneshot))
    do {
      try await body(bench)
    } catch {
      listener.shutdown()
      throw error
    }
    listener.shutdown()
    try await running.value
  }

  private static func configuration(
    _ address: ServerAddress, _ scratch: Scratch, isOneshot: Bool
  ) -> AgentConfiguration {
    AgentConfiguration(
      file: "tbot.yaml", server: .auth(address), isInsecure: false, isDebug: true,
      isOneshot: isOneshot, lifetime: .default,
      onboarding: Onboarding(
        token: FakeCluster.token, isTokenFromFile: false, joinMethod: "badge",
        caPath: scratch.path("ca.pem"), caPins: [], section: ["pin": .secret("1234")]),
      storage: .directory(path: scratch.path("storage"), symlinks: .trySecure),
      services: [
        ServiceConfiguration(
          name: "card-1", type: "card", position: .none,
          destination: .directory(path: scratch.path("out"), symlinks: .trySecure),
          lifetime: .default, section: ["plan": .text(plan)])
      ], plugins: PluginPolicy(), warnings: [])
  }

  var link: AuthorityLink { AuthorityLink(configuration, clock: clock) }

  func parts() async throws -> AgentParts {
    try await AgentParts.open(
      configuration, catalog: Desk.catalog(), log: log.log, clock: clock)
  }

  func agent() async throws -> Agent {
    Agent(
      configuration, parts: try await parts(), log: log.log, clock: clock, alarm: naps.alarm)
  }

  /// Parts for the time of `body`, then closed.
  func withParts<Value>(_ body: (AgentParts) async throws -> Value) async throws -> Value {
    let parts = try await parts()
    do {
      let value = try await body(parts)
      await parts.close()
      return value
    } catch {
      await parts.close()
      throw error
    }
  }
}

/// The failure that `body` ends with.
func failure(
  sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> some Any
) async throws -> AgentFailure {
  let error = await #expect(throws: AgentFailure.self, sourceLocation: sourceLocation) {
    _ = try await body()
  }
  return try #require(error, sourceLocation: sourceLocation)
}
