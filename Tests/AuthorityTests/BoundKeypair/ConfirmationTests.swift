import Credentials
import Documents
import Testing

@testable import Authority
@testable import Wire

/// The first use of a result, and uses of results nobody may have.
@Suite(.enabled(if: VerifierFolder.hasShipped, "run make plugins first"))
struct ConfirmationTests {
  private func joined(
    _ recovery: String = "recovery: {mode: standard, limit: 9}"
  ) async throws -> (Cluster, KeypairClient) {
    var (cluster, client) = try await KeypairSetup.registeredKey(recovery)
    try await client.join(cluster)
    return (cluster, client)
  }

  private func isConfirmed(_ cluster: Cluster, _ client: KeypairClient) async throws -> Bool {
    let record = try await cluster.get("bot_instance", "robot/\(try #require(client.instance))")
    let isConfirmed = record["status"]?["confirmed_generation"] == nil
    #expect(try await cluster.keypairStatus()["predecessor"] == nil || !isConfirmed)
    return isConfirmed
  }

  enum Call: CaseIterable {
    case ping, domainName, authorities, role

    func make(_ cluster: Cluster, _ peer: Peer) async throws {
      switch self {
      case .ping: _ = try await cluster.api.ping(peer: peer)
      case .domainName: _ = try await cluster.api.domainName(peer: peer)
      case .authorities: _ = try await cluster.api.certAuthorities(type: "host", peer: peer)
      case .role: _ = try await cluster.api.role("bot-robot", peer: peer)
      }
    }
  }

  @Test(arguments: Call.allCases)
  func anyCallWithTheNewCertificateConfirmsOnce(_ call: Call) async throws {
    let (cluster, client) = try await joined()
    #expect(try await !isConfirmed(cluster, client))
    let peer = try #require(client.peer)
    for _ in 0..<2 {
      try await call.make(cluster, peer)
      #expect(try await isConfirmed(cluster, client))
    }
    let lines = cluster.audit.lines("join.confirmed")
    #expect(lines.count == 1)
    #expect(lines.first?.text("bot_instance") == client.instance)
    #expect(lines.first?.text("token") == "gate" && lines.first?.text("bot") == "robot")
    #expect(lines.first?.fields["generation"]?.int64 == 1)
  }

  @Test func aCallThatIsRefusedForWhatItAsksConfirmsToo() async throws {
    let (cluster, client) = try await joined()
    let peer = try #require(client.peer)
    _ = try await refusal { try await cluster.api.role("login", peer: peer) }
    #expect(try await isConfirmed(cluster, client))
  }

  @Test func aPingWithoutACertificateConfirmsNothing() async throws {
    let (cluster, client) = try await joined()
    _ = try await cluster.api.ping(peer: Cluster.stranger)
    #expect(try await !isConfirmed(cluster, client))
  }

  @Test func aJoinOverTheNewCertificateConfirmsTheOneBefore() async throws {
    var (cluster, client) = try await joined()
    try await client.join(cluster)
    #expect(cluster.audit.lines("join.confirmed").map { $0.fields["generation"]?.int64 } == [1])
    #expect(try await !isConfirmed(cluster, client))
    #expect(cluster.audit.lines("bound_keypair.unconfirmed_join_replaced").isEmpty)
  }

  @Test func anyNumberOfFirstCallsAtOnceConfirmOnce() async throws {
    let (cluster, client) = try await joined()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<64 { group.addTask { try await client.use(cluster) } }
      try await group.waitForAll()
    }
    #expect(cluster.audit.lines("join.confirmed").count == 1)
  }

  @Test func aTokenThatIsGoneKeepsNoJoinFromBeingConfirmed() async throws {
    let (cluster, client) = try await joined()
    try await cluster.remove("token", "gate")
    try await client.use(cluster)
    let record = try await cluster.get("bot_instance", "robot/\(try #require(client.instance))")
    #expect(record["status"]?["confirmed_generation"] == nil)
  }

  @Test func theCertificateBeforeStaysGoodForCallsAndConfirmsNothing() async throws {
    var (cluster, client) = try await joined()
    try await client.use(cluster)
    let before = client
    try await client.join(cluster)
    try await before.use(cluster)
    #expect(try await !isConfirmed(cluster, client))
    try await client.use(cluster)
    try await before.use(cluster)
    #expect(try await cluster.all("lock").isEmpty)
  }

  @Test(arguments: [false, true])
  func theUseOfAReplacedResultLocksTheToken(_ joins: Bool) async throws {
    var (cluster, client) = try await joined()
    try await client.use(cluster)
    var replaced = client
    try await replaced.join(cluster)
    try await client.join(cluster)
    for _ in 0..<2 {
      let error = try await refusal { [replaced] in
        var replaced = replaced
        if joins { try await replaced.join(cluster) } else { try await replaced.use(cluster) }
      }
      #expect(error.code == .accessDenied)
      #expect(error.message.contains("have been locked due to a certificate generation mismatch"))
      #expect(error.message.contains("the result of a join that another join has replaced"))
    }
    #expect(try await cluster.all("lock").count == 1)
    let error = try await refusal { try await client.use(cluster) }
    #expect(error.message.contains("access denied"))
    // Removing the lock lets the machine go on that had the last word, and catches the other again.
    let lock = try #require(try await cluster.all("lock").first?["metadata"]?["name"]?.string)
    try await cluster.remove("lock", lock)
    try await client.use(cluster)
    _ = try await refusal { try await replaced.use(cluster) }
    #expect(try await cluster.all("lock").count == 1)
  }

  @Test func anOperatorWhoUnlocksTheTokenForgivesAReplacedResult() async throws {
    var (cluster, client) = try await joined()
    try await client.use(cluster)
    var replaced = client
    try await replaced.join(cluster)
    try await client.join(cluster)
    _ = try await refusal { try await replaced.use(cluster) }
    let found = try await cluster.admin.fetch(
      kind: "token", name: "gate", caller: Cluster.administrator)
    try await cluster.admin.replace(
      yaml: found.document, revision: found.revision, unlocks: true,
      caller: Cluster.administrator)
    try await replaced.use(cluster)
    #expect(try await cluster.all("lock").isEmpty)
  }

  /// What was replaced stays replaced, however many joins follow and whoever of them is confirmed.
  @Test func noNumberOfRepeatsMakesAReplacedResultGood() async throws {
    var (cluster, client) = try await joined()
    try await client.use(cluster)
    var replaced = client
    try await replaced.join(cluster)
    for _ in 0..<80 { try await client.lose(cluster) }
    for _ in 0..<20 { try await client.join(cluster) }
    _ = try await refusal { try await replaced.use(cluster) }
    #expect(try await cluster.all("lock").count == 1)
    let record = try await cluster.get("bot_instance", "robot/\(try #require(client.instance))")
    let ranges = try #require(record["status"]?["replaced_generations"]?.list)
    #expect(ranges.map { $0["first"]?.int64 } == [2] && ranges.map { $0["last"]?.int64 } == [82])
  }

  @Test func aReplacedRecoveryIsAnotherInstanceAndLocksAsWell() async throws {
    var (cluster, client) = try await joined()
    var replaced = client
    try await replaced.recover(cluster)
    try await client.recover(cluster)
    try await client.use(cluster)
    #expect(try await cluster.recoveryCount() == 2)
    _ = try await refusal { try await replaced.use(cluster) }
    #expect(try await cluster.all("lock").count == 1)
  }

  @Test func aLockedMachineConfirmsNothing() async throws {
    var (cluster, client) = try await joined()
    try await cluster.apply(
      "kind: lock\nversion: v2\nmetadata: {name: x}\n"
        + "spec: {target: {join_token: gate}, message: for now}\n")
    _ = try await refusal { try await client.use(cluster) }
    let error = try await refusal { try await client.join(cluster) }
    #expect(error.message.hasPrefix("locked: for now; "))
    #expect(try await !isConfirmed(cluster, client))
    try await cluster.remove("lock", "x")
    try await client.use(cluster)
    #expect(try await isConfirmed(cluster, client))
  }

  /// Methods whose generations are only logged take no part.
  @Test func joinsOfOtherMethodsAreNotConfirmed() async throws {
    let cluster = try await Cluster.withTokens()
    let first = try await cluster.join(saying: "new", token: "lax")
    _ = try await cluster.api.ping(peer: first.peer)
    _ = try await cluster.join(saying: "keep", token: "lax", as: first.peer)
    _ = try await cluster.join(saying: "keep", token: "lax", as: first.peer)
    let record = try await cluster.get("bot_instance", "robot/\(first.identity.botInstanceID)")
    #expect(record["status"]?["confirmed_generation"] == nil)
    #expect(record["status"]?["replaced_generations"] == nil)
    #expect(cluster.audit.lines("join.confirmed").isEmpty)
  }
}
