import Credentials
import Documents
import Testing

@testable import Authority

/// What of a world decides on everything that can still happen: two worlds with one key have one future,
/// so that the campaign visits it once.
///
/// Names of instances and keys are replaced by the order in which they are met, and numbers that are only
/// ever compared, or followed by a greater one, by their order among each other. The recoveries of a
/// token with a limit stay as they are. Of times it matters whether a rotation is due. Which of two holders
/// is called the first one does not matter.
///
/// Keys that neither side of the token is bound to do not matter, since what is bound next is one of those
/// sides' or a fresh one; nor does the length of a history, since the key a holder needs is its active one,
/// which the history cannot lose, or the newest it made.
struct WorldKey: Hashable {
  private let parts: [Int]

  init(_ world: World, countsRecoveries: Bool) throws {
    let facts = try Facts(world, countsRecoveries)
    let asNamed = facts.parts(of: Array(world.holders.indices))
    let otherWay = facts.parts(of: world.holders.indices.reversed())
    parts = otherWay.lexicographicallyPrecedes(asNamed) ? otherWay : asNamed
  }

  /// A world taken apart.
  private struct Facts {
    let world: World
    let countsRecoveries: Bool
    let sides: [Node]
    let claims: [Node?]
    let identities: [TLSIdentity?]
    /// Per holder: whether the bound key of each side is on its disk.
    let keys: [[Bool]]
    let due: [Bool]
    let usedInstances: Int

    init(_ world: World, _ countsRecoveries: Bool) throws {
      self.world = world
      self.countsRecoveries = countsRecoveries
      let sides = try world.sides()
      self.sides = sides
      claims = try world.holders.map { try $0.claims() }
      identities = try world.holders.map { try $0.identity() }
      keys = try world.holders.map { holder in
        try sides.map { try holder.has($0["bound_public_key"]?.string) }
      }
      due = world.isLocked ? [] : try sides.map { try world.isRotationDue($0) }
      usedInstances = countsRecoveries ? try world.usedInstances() : 0
    }

    /// - Parameter order: the holders, the one to be called the first in front.
    func parts(of order: [Int]) -> [Int] {
      var parts: [Int] = []
      func add(_ fact: Bool) { parts.append(fact ? 1 : 0) }
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

      parts += [order.count, sides.count, usedInstances]
      add(world.isLocked)
      due.forEach(add)
      for side in sides {
        parts += [
          serials[side["serial"]?.int64], count(side["recovery_count"]?.int64),
          instance(side["bound_bot_instance_id"]?.string),
        ]
        add(side["registration_secret"] != nil)
        add(side["bound_public_key"] != nil)
      }
      add(sides.last?["bound_public_key"]?.string == sides.first?["bound_public_key"]?.string)
      for holder in order {
        let deeds = world.deeds[holder]
        [deeds.hasActed, deeds.holdsOwn, deeds.hasUsedOwn].forEach(add)
        add(world.holders[holder].disk["id_bkp"] != nil)
        keys[holder].forEach(add)
        add(claims[holder] != nil)
        parts += [
          serials[claims[holder]?["serial"]?.int64],
          count(claims[holder]?["recovery_sequence"]?.int64),
          instance(claims[holder]?["bot_instance_id"]?.string),
          instance(identities[holder]?.botInstanceID),
        ]
      }
      for id in instances {
        guard let record = world.instance(id) else {
          parts.append(-2)
          continue
        }
        let held = order.map {
          identities[$0]?.botInstanceID == id ? identities[$0]?.generation : nil
        }
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
      return parts
    }
  }

  /// Numbers by their place among each other; nothing comes before zero, and zero is always there.
  private struct Order {
    private let values: [Int64]

    init(_ values: [Int64?]) { self.values = Set(values.compactMap { $0 } + [0]).sorted() }

    subscript(_ value: Int64?) -> Int { value.flatMap { values.firstIndex(of: $0) } ?? -1 }
  }
}
