import Credentials
import Documents
import Testing

@testable import Authority

/// What of a world decides on everything that can still happen: two worlds with one key have one future,
/// so that the campaign visits it once.
///
/// Names of instances and keys are replaced by the order in which they are met, and numbers that are only
/// ever compared, or followed by a greater one, by their order among each other. The recoveries of a
/// token with a limit stay as they are.
struct WorldKey: Hashable {
  private var parts: [Int] = []
  private let deeds: [World.Deeds]

  init(_ world: World, countsRecoveries: Bool) throws {
    deeds = world.deeds
    let bound = try world.bound()
    let before = bound["predecessor"]
    let sides = [bound] + (before.map { [$0] } ?? [])
    let claims = try world.holders.map { try $0.claims() }
    let identities = try world.holders.map { try $0.identity() }

    let serials = Order(sides.map { $0["serial"]?.int64 } + claims.map { $0?["serial"]?.int64 })
    let counts = Order(
      sides.map { $0["recovery_count"]?.int64 } + claims.map { $0?["recovery_sequence"]?.int64 })
    func count(_ value: Int64?) -> Int { countsRecoveries ? Int(value ?? 0) : counts[value] }
    var instances: [String] = []
    func instance(_ id: String?) -> Int {
      guard let id, !id.isEmpty else { return -1 }
      if let known = instances.firstIndex(of: id) { return known }
      instances.append(id)
      return instances.count - 1
    }
    func add(_ fact: Bool) { parts.append(fact ? 1 : 0) }

    add(world.isLocked)
    add(before != nil)
    for side in sides {
      parts += [
        serials[side["serial"]?.int64], count(side["recovery_count"]?.int64),
        instance(side["bound_bot_instance_id"]?.string),
      ]
      add(side["registration_secret"] != nil)
      add(side["bound_public_key"] != nil)
    }
    add(before?["bound_public_key"]?.string == bound["bound_public_key"]?.string)
    for (index, holder) in world.holders.enumerated() {
      add(holder.disk["id_bkp"] != nil)
      add(try holder.has(bound["bound_public_key"]?.string))
      add(try holder.has(before?["bound_public_key"]?.string))
      add(claims[index] != nil)
      parts += [
        serials[claims[index]?["serial"]?.int64],
        count(claims[index]?["recovery_sequence"]?.int64),
        instance(claims[index]?["bot_instance_id"]?.string),
        instance(identities[index]?.botInstanceID),
      ]
    }
    var position = 0
    while position < instances.count {
      let id = instances[position]
      position += 1
      guard let record = world.instance(id) else {
        parts.append(-2)
        continue
      }
      let held = identities.map { $0?.botInstanceID == id ? $0?.generation : nil }
      let generations = Order(
        [record.generation, record.confirmedGeneration] + held.map { $0.map(Int64.init) })
      parts += [generations[record.generation], generations[record.confirmedGeneration]]
      add(record.confirmedGeneration != nil)
      add(record.isReplaced(UInt64(clamping: record.generation)))
      for generation in held {
        parts.append(generations[generation.map(Int64.init)])
        add(generation.map { record.isReplaced($0) } ?? false)
      }
    }
    parts.append(countsRecoveries ? try world.usedInstances() : 0)
  }

  /// Numbers by their place among each other; nothing comes before zero, and zero is always there.
  private struct Order {
    private let values: [Int64]

    init(_ values: [Int64?]) { self.values = Set(values.compactMap { $0 } + [0]).sorted() }

    subscript(_ value: Int64?) -> Int { value.flatMap { values.firstIndex(of: $0) } ?? -1 }
  }
}

extension World {
  /// `status` of the method in the token.
  func bound() throws -> Node {
    let record = try #require(records.get(TokenResource.prefix + "gate", now: ManualClock.start))
    return try #require(try JSON.parse(record.value)["status"]?["bound_keypair"])
  }

  func instance(_ id: String) -> BotInstanceResource? {
    records.get(BotInstanceResource.key(bot: "robot", id: id), now: ManualClock.start)
      .flatMap { try? JSON.parse($0.value) }.map { BotInstanceResource($0) }
  }

  /// How many bot instances there are of which somebody has used a certificate.
  func usedInstances() throws -> Int {
    try records.list(BotInstanceResource.prefix, now: ManualClock.start).filter {
      BotInstanceResource(try JSON.parse($0.value)).confirmedGeneration != 0
    }.count
  }
}
