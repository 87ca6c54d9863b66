import Credentials
import Documents
import Testing

@testable import Wire

/// The interleavings of a length, the worlds they lead through, and what must hold in each.
struct Campaign {
  static let secret = "0123456789abcdef0123456789abcdef"

  let cluster: Cluster
  let agent: AgentHalf
  let mode: String
  /// How often a machine may recover; nil where nothing counts.
  let limit: Int64?
  let mayCopy: Bool
  private(set) var worlds: [WorldKey: World] = [:]
  private var successors: [WorldKey: [WorldKey]] = [:]
  private(set) var joins = 0
  private(set) var rotations = 0
  private(set) var quietRefusals: Set<String> = []

  init(mode: String, limit: Int64?, mayCopy: Bool) async throws {
    cluster = try await Self.cluster(mode, limit: limit ?? 1)
    self.mode = mode
    self.limit = limit
    self.mayCopy = mayCopy
    agent = try await AgentHalf(secret: Self.secret, clock: cluster.clock)
  }

  static func cluster(_ mode: String, limit: Int64) async throws -> Cluster {
    try await Cluster.withKeypairToken([
      "onboarding: {registration_secret: \(secret)}",
      "recovery: {mode: \(mode), limit: \(limit)}",
    ])
  }

  /// How many interleavings of `length` steps there are, every one of them checked.
  mutating func run(length: Int) async throws -> Int {
    let began = ContinuousClock.now
    var layer = [try learn(World(records: cluster.backend.records)): 1]
    for _ in 0..<length {
      var next: [WorldKey: Int] = [:]
      for (key, count) in layer {
        for successor in try await expand(key) { next[successor, default: 0] += count }
      }
      layer = next
    }
    await agent.close()
    let count = layer.values.reduce(0, +)
    print(
      "clone campaign, \(mayCopy ? "two holders" : "one holder"), \(mode): \(count) interleavings of "
        + "\(length) steps, \(worlds.count) different moments, \(joins) joins, \(rotations) of them "
        + "rotated, \(ContinuousClock.now - began); refused without a lock: \(quietRefusals.sorted())"
    )
    return count
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
    for step in world.steps {
      if case .copy = step, !mayCopy { continue }
      let (next, refusal) = try await world.after(step, cluster, agent)
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
    if step.isJoin { joins += 1 }
    if let refusal {
      #expect(refusal.code == .accessDenied, comment)
      if !next.isLocked {
        quietRefusals.insert(String(refusal.message.prefix { $0 != ":" && $0 != ";" }))
      }
    } else if step.isJoin {
      try checkRotation(world, next, comment)
    }
    let bound = try next.bound()
    if let limit {
      #expect(bound["recovery_count"]?.int64 ?? 0 <= limit, comment)
      #expect(try next.usedInstances() <= limit, comment)
    }
    guard case .act(let holder, let operation) = step, operation != .expire else { return }
    guard !world.isLocked else {
      #expect(refusal != nil, comment)
      return
    }
    let others = world.deeds.indices.filter { $0 != holder }
    if others.allSatisfy({ !world.deeds[$0].hasActed }) {
      try checkAlone(world.holders[holder], next, next.holders[holder], refusal, comment)
    }
    if mode == "insecure" {
      try checkInsecure(world, holder, step, next, refusal, comment)
      return
    }
    // Of two who go on with what they got, the second is refused at the latest when it uses that.
    #expect(next.deeds.filter(\.hasUsedOwn).count <= 1, comment)
    if others.contains(where: { world.deeds[$0].hasUsedOwn }) {
      let isOldCertificate = operation == .use && !world.deeds[holder].holdsOwn
      #expect(refusal != nil || isOldCertificate, comment)
    }
  }

  /// An accepted join binds another key exactly if one was asked for where it stood, and at once.
  private mutating func checkRotation(_ world: World, _ next: World, _ comment: Comment) throws {
    let sides = try world.sides()
    let bound = try next.bound()
    #expect(try !next.isRotationDue(bound), comment)
    let keys = sides.compactMap { $0["bound_public_key"]?.string }
    guard keys.count == sides.count else { return }
    let isFresh = bound["bound_public_key"]?.string.map { !keys.contains($0) } ?? false
    let due = try sides.map { try world.isRotationDue($0) }
    if due.allSatisfy({ $0 }) { #expect(isFresh, comment) }
    if due.allSatisfy({ !$0 }) { #expect(!isFresh, comment) }
    if isFresh { rotations += 1 }
  }

  /// Whatever was lost, who is alone has the bound key and is let in, until it has received as many
  /// recoveries as it may have.
  private func checkAlone(
    _ holder: Holder, _ next: World, _ after: Holder, _ refusal: RPCError?, _ comment: Comment
  ) throws {
    #expect(!next.isLocked, comment)
    #expect(try after.has(next.bound()["bound_public_key"]?.string), comment)
    guard let refusal else { return }
    #expect(refusal.message.hasPrefix("no recovery attempts remaining"), comment)
    #expect(holder.certificate == nil && limit != nil, comment)
    #expect(try holder.claims()?["recovery_sequence"]?.int64 == limit, comment)
  }

  /// In this mode the bound key is all there is: who has it comes back whenever it has no certificate, who
  /// does not is refused and nothing is locked, and only a generation finds a copy out.
  private func checkInsecure(
    _ world: World, _ holder: Int, _ step: World.Step, _ next: World, _ refusal: RPCError?,
    _ comment: Comment
  ) throws {
    #expect(try next.bound()["predecessor"] == nil, comment)
    let client = world.holders[holder]
    let line = try world.bound()["bound_public_key"]?.string
    let hasKey = try line == nil || client.has(line)
    if next.isLocked {
      #expect(refusal?.message.contains("cert") == true, comment)
      #expect(refusal?.message.contains("generation mismatch") == true, comment)
      #expect(client.certificate != nil, comment)
      return
    }
    guard step.isJoin else { return }
    if !hasKey {
      #expect(refusal?.message.hasPrefix("validating challenge response") == true, comment)
    } else if client.certificate == nil {
      #expect(refusal == nil, comment)
    }
  }
}
