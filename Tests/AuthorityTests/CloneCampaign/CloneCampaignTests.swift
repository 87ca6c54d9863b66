import Credentials
import Documents
import Foundation
import Testing

@testable import Authority
@testable import Wire

/// Every way in which two holders of one storage may take turns, up to a length, on the plugins that ship
/// and the core as it is (docs/decisions/0006-confirmed-join-state.md). The clock stands still.
@Suite(
  .enabled(if: VerifierFolder.hasShipped, "run make plugins first"), .timeLimit(.minutes(5)))
struct CloneCampaignTests {
  private static let secret = "0123456789abcdef0123456789abcdef"

  private static func cluster(_ mode: String, limit: Int64) async throws -> Cluster {
    try await Cluster.withKeypairToken([
      "onboarding: {registration_secret: \(secret)}",
      "recovery: {mode: \(mode), limit: \(limit)}",
    ])
  }

  /// The interleavings of a length, and the worlds they lead through.
  private struct Campaign {
    let cluster: Cluster
    let agent: AgentHalf
    let limit: Int64?
    let mayCopy: Bool
    private(set) var worlds: [WorldKey: World] = [:]
    private var successors: [WorldKey: [WorldKey]] = [:]
    private(set) var joins = 0
    private(set) var quietRefusals: Set<String> = []

    init(_ cluster: Cluster, limit: Int64?, mayCopy: Bool) async throws {
      self.cluster = cluster
      self.limit = limit
      self.mayCopy = mayCopy
      agent = try await AgentHalf(secret: CloneCampaignTests.secret, clock: cluster.clock)
    }

    /// How many interleavings of `length` steps there are, every one of them checked.
    mutating func run(length: Int) async throws -> Int {
      let start = World(records: cluster.backend.records)
      var layer = [try learn(start): 1]
      for _ in 0..<length {
        var next: [WorldKey: Int] = [:]
        for (key, count) in layer {
          for successor in try await expand(key) { next[successor, default: 0] += count }
        }
        layer = next
      }
      await agent.close()
      return layer.values.reduce(0, +)
    }

    private mutating func learn(_ world: World) throws -> WorldKey {
      let key = try WorldKey(world, countsRecoveries: limit != nil)
      if worlds[key] == nil { worlds[key] = world }
      return key
    }

    private mutating func expand(_ key: WorldKey) async throws -> [WorldKey] {
      if let known = successors[key] { return known }
      let world = try #require(worlds[key])
      var found: [WorldKey] = []
      for step in world.steps where step.operation != nil || mayCopy {
        let (next, refusal) = try await world.after(step, cluster, agent)
        if step.operation == .join || step.operation == .lose { joins += 1 }
        try check(world, step, next, refusal)
        found.append(try learn(next))
      }
      successors[key] = found
      return found
    }

    // MARK: what must hold

    private mutating func check(
      _ world: World, _ step: World.Step, _ next: World, _ refusal: RPCError?
    ) throws {
      let comment: Comment = "\(step) in \(world.deeds): \(refusal?.message ?? "accepted")"
      if let refusal {
        #expect(refusal.code == .accessDenied, comment)
        if !next.isLocked {
          quietRefusals.insert(String(refusal.message.prefix { $0 != ":" && $0 != ";" }))
        }
      }
      let bound = try next.bound()
      if let limit {
        #expect(bound["recovery_count"]?.int64 ?? 0 <= limit, comment)
        #expect(try next.usedInstances() <= limit, comment)
      }
      if world.isLocked {
        #expect(step.operation == nil || step.operation == .expire || refusal != nil, comment)
        return
      }
      guard step.operation != nil, step.operation != .expire else { return }
      let others = world.deeds.indices.filter { $0 != step.holder }
      if others.allSatisfy({ !world.deeds[$0].hasActed }) {
        try checkAlone(world, step, next, refusal, comment)
      }
      // Of two who go on with what they got, the second is refused at the latest when it uses that.
      #expect(next.deeds.filter(\.hasUsedOwn).count <= 1, comment)
      if others.contains(where: { world.deeds[$0].hasUsedOwn }) {
        let isOldCertificate = step.operation == .use && !world.deeds[step.holder].holdsOwn
        #expect(refusal != nil || isOldCertificate, comment)
      }
    }

    /// Whatever was lost, who is alone is let in, until it has received as many recoveries as it may have.
    private func checkAlone(
      _ world: World, _ step: World.Step, _ next: World, _ refusal: RPCError?, _ comment: Comment
    ) throws {
      #expect(!next.isLocked, comment)
      guard let refusal else { return }
      let holder = world.holders[step.holder]
      #expect(refusal.message.hasPrefix("no recovery attempts remaining"), comment)
      #expect(holder.certificate == nil && limit != nil, comment)
      #expect(try holder.claims()?["recovery_sequence"]?.int64 == limit, comment)
    }
  }

  @Test(
    "two holders of one storage, in every order, one of which is refused in time",
    arguments: [("standard", Int64?(2)), ("relaxed", nil)])
  func everyInterleaving(mode: String, limit: Int64?) async throws {
    let length = 6
    let began = ContinuousClock.now
    var campaign = try await Campaign(
      try await Self.cluster(mode, limit: limit ?? 1), limit: limit, mayCopy: true)
    let count = try await campaign.run(length: length)
    print(
      "clone campaign, \(mode): \(count) interleavings of \(length) steps, \(campaign.worlds.count) "
        + "different moments, \(campaign.joins) joins, \(ContinuousClock.now - began); refused without "
        + "a lock: \(campaign.quietRefusals.sorted())")
    #expect(count >= 10_000)
  }

  @Test(
    "one holder loses what it likes and is never locked, in any mode",
    arguments: [("standard", Int64?(3)), ("relaxed", nil), ("insecure", nil)])
  func alone(mode: String, limit: Int64?) async throws {
    let began = ContinuousClock.now
    var campaign = try await Campaign(
      try await Self.cluster(mode, limit: limit ?? 1), limit: limit, mayCopy: false)
    let count = try await campaign.run(length: 9)
    print(
      "one holder, \(mode): \(count) orders of 9 steps, \(campaign.worlds.count) different moments, "
        + "\(ContinuousClock.now - began)")
    #expect(campaign.quietRefusals.allSatisfy { $0 == "no recovery attempts remaining" })
    #expect(count >= 10_000)
  }

  @Test("insecure gives up: two holders recover in turns, unnoticed and without end")
  func insecure() async throws {
    let cluster = try await Self.cluster("insecure", limit: 1)
    let agent = try await AgentHalf(secret: Self.secret, clock: cluster.clock)
    var world = World(records: cluster.backend.records)
    func go(_ holder: Int, _ operations: World.Operation...) async throws {
      for operation in operations {
        let (next, refusal) = try await world.after(
          World.Step(holder: holder, operation: operation), cluster, agent)
        #expect(refusal == nil, "\(holder) \(operation)")
        world = next
      }
    }
    try await go(0, .join, .use)
    (world, _) = try await world.after(World.Step(holder: 0, operation: nil), cluster, agent)
    for _ in 0..<4 { for holder in 0...1 { try await go(holder, .expire, .join, .use) } }
    #expect(!world.isLocked && world.deeds.allSatisfy(\.hasUsedOwn))
    #expect(try world.bound()["recovery_count"]?.int64 == 9)
    #expect(try world.bound()["predecessor"] == nil)

    // What is left is the generation: a certificate that was copied along is found out.
    (world, _) = try await World(records: world.records, holders: [world.holders[1]])
      .after(World.Step(holder: 0, operation: nil), cluster, agent)
    try await go(0, .join, .use)
    let (last, refusal) = try await world.after(
      World.Step(holder: 1, operation: .join), cluster, agent)
    #expect(refusal?.message.contains("cert generation mismatch") == true && last.isLocked)
    await agent.close()
  }
}
