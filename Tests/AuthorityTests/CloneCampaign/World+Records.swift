import Documents
import PluginKit
import Testing

@testable import Authority

/// What the authority's database says at a moment.
extension World {
  private func token() throws -> Node {
    let record = try #require(records.get(TokenResource.prefix + "gate", now: ManualClock.start))
    return try JSON.parse(record.value)
  }

  /// `status` of the method in the token.
  func bound() throws -> Node {
    try #require(try token()["status"]?["bound_keypair"])
  }

  /// The newest join, and the one before it while that is kept.
  func sides() throws -> [Node] {
    let newest = try bound()
    return [newest] + (newest["predecessor"].map { [$0] } ?? [])
  }

  /// Whether whoever joins from a side is asked for a new key.
  func isRotationDue(_ side: Node) throws -> Bool {
    guard let due = try token()["spec"]?["bound_keypair"]?["rotate_after"]?.string else {
      return false
    }
    let last = side["last_rotated_at"]?.string.flatMap { Timestamp.seconds($0) }
    return try last.map { try $0 < #require(Timestamp.seconds(due)) } ?? true
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
