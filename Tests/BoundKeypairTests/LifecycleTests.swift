import Documents
import PluginHost
import Testing

/// The agent half against the authority half, from the first join to the last.
@Suite("lifecycle") struct LifecycleTests {
  private static func token(mode: String = "standard", limit: Int64 = 1) -> Node {
    .object([("recovery", .object([("mode", .text(mode)), ("limit", .integer(limit))]))])
  }

  /// A cluster with a token and a machine that knows its secret.
  private func pair(
    _ build: Build, mode: String = "standard", limit: Int64 = 1
  ) async throws -> (Cluster, Machine) {
    let cluster = try Cluster(build)
    #expect(try await cluster.admit(Self.token(mode: mode, limit: limit)).isEmpty)
    return (cluster, Machine(secret: cluster.status["registration_secret"]?.string))
  }

  @Test(
    "a machine joins with the secret, rejoins, and recovers while it may",
    arguments: Build.available)
  func wholeLife(build: Build) async throws {
    var (cluster, machine) = try await pair(build, limit: 2)
    let first = try await cluster.join(&machine)
    #expect(first.joined && first.rotations == 1 && first.challenges == 1)
    #expect(machine.storage["id_bkp.pub"] == (cluster.boundKey ?? "") + "\n")
    #expect(machine.storage["id_bkp"]?.hasPrefix("-----BEGIN PRIVATE KEY-----") == true)
    #expect(machine.history.count == 1)
    #expect(machine.history[0]["time"]?.string == "2030-01-01T01:00:00Z")
    let state = machine.storage["bkp_state"]

    cluster.clock.now += 600
    let second = try await cluster.join(&machine)
    #expect(second.joined && !second.isNew && second.generation == 2)
    #expect(machine.storage["bkp_state"] != state)

    machine.certificate = ""
    let third = try await cluster.join(&machine)
    #expect(third.joined && third.isNew && third.generation == 1)
    #expect(third.previousInstance == first.instance && cluster.recoveryCount == 2)

    machine.certificate = ""
    let fourth = try await cluster.join(&machine)
    #expect(fourth.refusal?.message.hasPrefix("no recovery attempts remaining") == true)
    cluster.spec = Self.token(limit: 3)
    #expect(try await cluster.join(&machine).joined)
  }

  @Test("generations", arguments: Build.available)
  func generations(build: Build) async throws {
    var (cluster, machine) = try await pair(build, limit: 3)
    var seen = [try await cluster.join(&machine).generation]
    for _ in 0..<10 { seen.append(try await cluster.join(&machine).generation) }
    #expect(seen == Array(1...11) && cluster.generations.count == 1)
  }

  @Test("generations after recovery", arguments: Build.available)
  func generationsAfterRecovery(build: Build) async throws {
    var (cluster, machine) = try await pair(build, limit: 3)
    let first = try await cluster.join(&machine)
    machine.certificate = ""
    let recovered = try await cluster.join(&machine)
    #expect(recovered.instance != first.instance)
    var seen = [recovered.generation]
    for _ in 0..<10 { seen.append(try await cluster.join(&machine).generation) }
    #expect(seen == Array(1...11) && cluster.generations.count == 2)
  }

  @Test("cloned storage", arguments: Build.available)
  func clonedStorage(build: Build) async throws {
    var (cluster, machine) = try await pair(build, limit: 9)
    _ = try await cluster.join(&machine)
    var clone = machine.clone
    clone.certificate = ""
    for _ in 0..<2 {
      machine.certificate = ""
      #expect(try await cluster.join(&machine).joined)
    }
    let third = try await cluster.join(&clone)
    #expect(third.refusal?.message.hasPrefix("join state verification failed") == true)
    #expect(cluster.locks.count == 1)
    let lock = try #require(cluster.locks.first)
    #expect(lock.contains("failed to verify its join state"))
    #expect(
      try await cluster.join(&machine).refusal?.message.hasPrefix(lock) == true,
      "the honest one too")
    #expect(try await cluster.join(&clone).refusal?.message.hasPrefix(lock) == true)
    #expect(cluster.locks.count == 1, "repeats add no lock")

    // The operator's way out: delete the lock, let the right machine in once, restore the mode.
    cluster.locks = []
    cluster.spec = Self.token(mode: "insecure")
    #expect(try await cluster.join(&machine).joined)
    cluster.spec = Self.token(limit: 9)
    #expect(try await cluster.join(&machine).joined)
  }

  @Test("clone used first", arguments: Build.available)
  func cloneUsedFirst(build: Build) async throws {
    var (cluster, machine) = try await pair(build, limit: 9)
    _ = try await cluster.join(&machine)
    var clone = machine.clone
    clone.certificate = ""
    #expect(try await cluster.join(&clone).joined, "whoever has key and state is the machine")
    try await cluster.use(clone)
    #expect(
      try await cluster.join(&machine).refusal?.message.hasPrefix("join state verification failed")
        == true)
    #expect(cluster.locks.count == 1)
    #expect(try await cluster.join(&clone).refusal?.message.hasPrefix(cluster.locks[0]) == true)
  }

  @Test("the secret works once", arguments: Build.available)
  func secretWorksOnce(build: Build) async throws {
    var (cluster, machine) = try await pair(build, limit: 9)
    var late = Machine()
    late.config = machine.config
    #expect(try await cluster.join(&machine).joined)
    try await cluster.use(machine)
    let attempt = try await cluster.join(&late)
    #expect(attempt.clientFailure.map { "\($0)" }?.contains("no matching key found") == true)
    #expect(attempt.refusal?.message.contains("the client gave up") == true)
    #expect(attempt.event("recovery")?["success"]?.bool == false)
  }

  @Test("a due rotation replaces the key on both sides", arguments: Build.available)
  func rotation(build: Build) async throws {
    var (cluster, machine) = try await pair(build)
    _ = try await cluster.join(&machine)
    let old = machine.storage["id_bkp"]
    cluster.spec = cluster.spec.setting("rotate_after", .text("2030-01-01T02:00:00Z"))
    cluster.clock.now += 7200
    let attempt = try await cluster.join(&machine)
    #expect(attempt.joined && attempt.rotations == 1 && attempt.challenges == 2)
    #expect(machine.storage["id_bkp"] != old)
    #expect(machine.storage["id_bkp.pub"] == (cluster.boundKey ?? "") + "\n")
    #expect(machine.history.count == 2)
    #expect(machine.history[0]["private_key"]?.string == machine.storage["id_bkp"])
    #expect(machine.history[1]["private_key"]?.string == old)
    let next = try await cluster.join(&machine)
    #expect(next.joined && next.rotations == 0)
  }

  @Test(
    "no secret and no private key reaches a log, an event or a refusal", arguments: Build.available)
  func nothingLeaks(build: Build) async throws {
    var (cluster, machine) = try await pair(build)
    let secret = try #require(cluster.status["registration_secret"]?.string)
    var wrong = Machine(secret: "a-wrong-secret")
    let refused = try await cluster.join(&wrong)
    let joined = try await cluster.join(&machine)
    var shown = cluster.log.all + machine.log.all + wrong.log.all
    shown += (refused.refusal?.message ?? "") + (refused.refusal?.audit ?? "")
    for event in refused.events + joined.events {
      shown += String(decoding: JSON.serialize(event), as: UTF8.self)
    }
    #expect(!shown.contains(secret) && !shown.contains("a-wrong-secret"))
    #expect(!shown.contains("PRIVATE KEY"))
  }
}
