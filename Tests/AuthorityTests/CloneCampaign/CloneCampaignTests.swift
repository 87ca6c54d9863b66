import Credentials
import Documents
import Testing

@testable import Wire

/// Every way in which two holders of one storage may take turns, and the operator may ask for new keys
/// between them, up to a length, on the plugins that ship and the core as it is
/// (docs/decisions/0006-confirmed-join-state.md). The clock moves for requests only.
@Suite(
  .enabled(if: VerifierFolder.hasShipped, "run make plugins first"), .timeLimit(.minutes(5)))
struct CloneCampaignTests {
  @Test(
    "two holders of one storage, in every order, one of which is refused in time",
    arguments: [("standard", Int64?(2)), ("relaxed", nil), ("insecure", nil)])
  func everyInterleaving(mode: String, limit: Int64?) async throws {
    var campaign = try await Campaign(mode: mode, limit: limit, mayCopy: true)
    #expect(try await campaign.run(length: 6) >= 10_000)
    #expect(campaign.rotations > 0)
  }

  @Test(
    "one holder loses what it likes and is never locked, in any mode",
    arguments: [("standard", Int64?(3)), ("relaxed", nil), ("insecure", nil)])
  func alone(mode: String, limit: Int64?) async throws {
    var campaign = try await Campaign(mode: mode, limit: limit, mayCopy: false)
    #expect(try await campaign.run(length: 9) >= 10_000)
    #expect(campaign.rotations > 0)
    #expect(campaign.quietRefusals.allSatisfy { $0 == "no recovery attempts remaining" })
  }

  @Test("insecure gives up: two holders recover in turns, unnoticed and without end")
  func insecure() async throws {
    let cluster = try await Campaign.cluster("insecure", limit: 1)
    let agent = try await AgentHalf(secret: Campaign.secret, clock: cluster.clock)
    var world = World(records: cluster.backend.records)
    func go(_ holder: Int, _ operations: World.Operation...) async throws {
      for operation in operations {
        let (next, refusal) = try await world.after(.act(holder, operation), cluster, agent)
        #expect(refusal == nil, "\(holder) \(operation)")
        world = next
      }
    }
    try await go(0, .join, .use)
    (world, _) = try await world.after(.copy, cluster, agent)
    for _ in 0..<4 { for holder in 0...1 { try await go(holder, .expire, .join, .use) } }
    #expect(!world.isLocked && world.deeds.allSatisfy(\.hasUsedOwn))
    #expect(try world.bound()["recovery_count"]?.int64 == 9)
    #expect(try world.bound()["predecessor"] == nil)

    // What is left is the generation: a certificate that was copied along is found out.
    var copied = World(records: world.records, holders: [world.holders[1]])
    copied.now = world.now
    let turns = world
    (world, _) = try await copied.after(.copy, cluster, agent)
    try await go(0, .join, .use)
    let (last, refusal) = try await world.after(.act(1, .join), cluster, agent)
    #expect(refusal?.message.contains("cert generation mismatch") == true && last.isLocked)

    // And a rotation, which goes to whoever joins first.
    (world, _) = try await turns.after(.askForRotation, cluster, agent)
    try await go(0, .expire, .join, .use)
    try await go(1, .expire)
    let (shut, missing) = try await world.after(.act(1, .join), cluster, agent)
    #expect(missing?.message.contains("no matching key found") == true && !shut.isLocked)
    await agent.close()
  }
}
