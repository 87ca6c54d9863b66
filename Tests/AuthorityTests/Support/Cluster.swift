import Credentials
import Documents
import PluginHost
import Testing

@testable import Authority
@testable import Wire

/// An authority in memory, and everything a test may want to look at or turn.
struct Cluster {
  static let name = "example.test"
  static let administrator = AdminCaller(pid: 1, uid: 1000, gid: 1000)

  let clock = ManualClock()
  let audit = AuditRecorder()
  let backend: MemoryBackend
  let core: ClusterCore

  private struct Silence: PluginLog {
    func isEnabled(_ level: PluginLogLevel) -> Bool { false }
    func write(
      _ level: PluginLogLevel, _ message: String, _ fields: [(key: String, value: String)]
    ) {}
  }

  /// The authorities are made once; making RSA keys takes long.
  private static let authorities = Task { () throws -> [Record] in
    let backend = MemoryBackend { ManualClock.start }
    _ = try await ClusterKeys.open(
      backend, cluster: name, suite: .balancedV1, methods: [], now: ManualClock.start)
    return backend.list(ClusterKeys.prefix) + [try #require(backend.get("/cluster"))]
  }

  init() async throws {
    let clock = clock
    backend = MemoryBackend { clock.now }
    var transaction = Transaction()
    for record in try await Self.authorities.value { transaction.put(record.key, record.value) }
    try await backend.commit(transaction)
    let catalog = try VerifierFolder.catalog()
    let keys = try await ClusterKeys.open(
      backend, cluster: Self.name, suite: .balancedV1,
      methods: catalog.joinVerifiers.compactMap { $0.manifest.joinVerifier?.authority },
      now: clock.now)
    core = ClusterCore(
      keys: keys, backend: backend,
      verifiers: try await VerifierCatalog.load(catalog, keys: keys, clock: clock, log: Silence()),
      audit: audit, clock: clock, random: SystemRandom(), publicAddress: "tenon.example.test:443")
  }

  var api: APIService { APIService(cluster: core) }
  var admin: AdminService { AdminService(cluster: core) }

  /// A cluster with the role `login`, the bot `robot` that may take it, and a token for it.
  static func withToken(_ spec: String = "join_method: badge\nbadge: {}") async throws -> Cluster {
    let cluster = try await Cluster()
    try await cluster.apply(
      """
      kind: role
      version: v7
      metadata: {name: login}
      spec: {allow: {logins: [ubuntu, root]}}
      ---
      kind: bot
      version: v1
      metadata: {name: robot}
      spec: {roles: [login], traits: [{name: team, values: [blue]}]}
      ---
      kind: token
      version: v2
      metadata: {name: gate}
      spec:
        roles: [Bot]
        bot_name: robot
        \(spec.split(separator: "\n").joined(separator: "\n  "))
      """)
    return cluster
  }

  /// The same with a token of each verifier of the tests: `gate`, and `lax` for visitors.
  static func withTokens() async throws -> Cluster {
    let cluster = try await withToken()
    try await cluster.apply(
      "kind: token\nversion: v2\nmetadata: {name: lax}\n"
        + "spec: {roles: [Bot], bot_name: robot, join_method: visitor, visitor: {}}\n")
    return cluster
  }

  @discardableResult
  func apply(_ yaml: String, force: Bool = false) async throws(RPCError) -> [AppliedResource] {
    try await admin.apply(yaml: Array(yaml.utf8), force: force, caller: Self.administrator)
  }

  /// One resource as `get` shows it.
  func get(_ kind: String, _ name: String) async throws -> Node {
    let bytes = try await admin.get(kind: kind, name: name, caller: Self.administrator)
    let nodes = try JSON.parse(bytes).list
    return try #require(nodes?.first)
  }

  /// Every resource of a kind.
  func all(_ kind: String) async throws -> [Node] {
    let bytes = try await admin.get(kind: kind, name: nil, caller: Self.administrator)
    let nodes = try JSON.parse(bytes).list
    return try #require(nodes)
  }

  func remove(_ kind: String, _ name: String) async throws(RPCError) {
    try await admin.remove(kind: kind, name: name, caller: Self.administrator)
  }
}

/// The error `body` ends with; records an issue when it ends without one.
func refusal(
  sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> some Any
) async throws -> RPCError {
  do {
    _ = try await body()
  } catch let error as RPCError {
    return error
  }
  Issue.record("nothing was refused", sourceLocation: sourceLocation)
  return RPCError(.unknown, "")
}
