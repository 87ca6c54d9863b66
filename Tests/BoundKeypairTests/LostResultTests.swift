import Credentials
import Documents
import PluginHost
import Testing

/// The authority has committed, the machine has not stored: what the next join makes of it.
@Suite("lost results") struct LostResultTests {
  private static let modes = ["standard", "relaxed", "insecure"]

  private func pair(
    _ build: Build, mode: String, limit: Int64 = 9, rotateAfter: String? = nil
  ) async throws -> (Cluster, Machine) {
    let cluster = try Cluster(build)
    var spec = Node.object([
      ("recovery", .object([("mode", .text(mode)), ("limit", .integer(limit))]))
    ])
    if let rotateAfter { spec = spec.setting("rotate_after", .text(rotateAfter)) }
    #expect(try await cluster.admit(spec).isEmpty)
    return (cluster, Machine(secret: cluster.status["registration_secret"]?.string))
  }

  /// Joins whose results are lost, and then one that arrives.
  private func join(
    _ machine: inout Machine, _ cluster: Cluster, afterLosing losses: Int,
    _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Cluster.Attempt {
    for _ in 0..<losses {
      let lost = try await cluster.join(&machine, isResultLost: true)
      #expect(lost.refusal == nil, comment, sourceLocation: sourceLocation)
    }
    let arrived = try await cluster.join(&machine)
    #expect(arrived.joined, comment, sourceLocation: sourceLocation)
    #expect(cluster.locks.isEmpty, comment, sourceLocation: sourceLocation)
    #expect(
      machine.storage["id_bkp.pub"] == (cluster.boundKey ?? "") + "\n", comment,
      sourceLocation: sourceLocation)
    return arrived
  }

  @Test("a lost first join by secret", arguments: Build.available)
  func firstJoin(build: Build) async throws {
    for mode in Self.modes {
      var (cluster, machine) = try await pair(build, mode: mode, limit: 1)
      _ = try await cluster.join(&machine, isResultLost: true)
      #expect(machine.history.count == 1, "the key was on disk before it was sent")
      #expect(machine.storage.records["id_bkp"] == nil)
      if mode == "insecure" {
        #expect(try await cluster.join(&machine).joined)
        continue
      }
      // More often than the history has places.
      let arrived = try await join(&machine, cluster, afterLosing: 12, "\(mode)")
      #expect(cluster.recoveryCount == 1 && arrived.isNew)
      #expect(arrived.event("unconfirmed_join_replaced") != nil)
      try await cluster.use(machine)
      #expect(cluster.status["predecessor"] == nil)
      machine.certificate = ""
      #expect(try await cluster.join(&machine).joined == (mode == "relaxed"), "limit 1")
    }
  }

  @Test(
    "a lost first join goes on with the key of the history when its secret is no longer configured",
    arguments: Build.available)
  func firstJoinWithoutSecret(build: Build) async throws {
    for mode in Self.modes {
      var (cluster, machine) = try await pair(build, mode: mode, limit: 1)
      _ = try await cluster.join(&machine, isResultLost: true)
      machine.config = [:]
      #expect(try await cluster.join(&machine, isResultLost: true).refusal == nil, "\(mode)")
      #expect(try await cluster.join(&machine).joined, "\(mode)")
      #expect(machine.storage["id_bkp.pub"] == (cluster.boundKey ?? "") + "\n")
    }
    // Several keys: the one that is bound is found, wherever it stands.
    var (cluster, machine) = try await pair(build, mode: "insecure")
    _ = try await cluster.join(&machine, isResultLost: true)
    var other = try await pair(build, mode: "insecure")
    other.1.storage = machine.storage
    _ = try await other.0.join(&other.1, isResultLost: true)
    machine.config = [:]
    #expect(machine.history.count == 2 && machine.storage["id_bkp"] == nil)
    #expect(try await cluster.join(&machine).joined)
    #expect(machine.storage["id_bkp.pub"] == (cluster.boundKey ?? "") + "\n")
  }

  @Test("a lost first join by a registered key", arguments: Build.available)
  func firstJoinByKey(build: Build) async throws {
    for mode in Self.modes {
      let key = try PrivateKey.generate(.ed25519)
      let cluster = try Cluster(build)
      cluster.spec = .object([
        ("onboarding", .object([("initial_public_key", .text(key.publicKey.authorizedKey))])),
        ("recovery", .object([("mode", .text(mode)), ("limit", .integer(1))])),
      ])
      var machine = Machine()
      machine.storage["id_bkp"] = key.pem
      _ = try await join(&machine, cluster, afterLosing: mode == "insecure" ? 1 : 3, "\(mode)")
      #expect(cluster.recoveryCount == (mode == "insecure" ? 2 : 1))
    }
  }

  @Test(
    "a lost first join is repeated after the time to register with the key that was in time",
    arguments: Build.available)
  func firstJoinLate(build: Build) async throws {
    var (cluster, machine) = try await pair(build, mode: "standard", limit: 1)
    cluster.spec = cluster.spec.with(
      "onboarding.must_register_before", .text("2030-01-01T01:00:00Z"))
    _ = try await cluster.join(&machine, isResultLost: true)
    cluster.clock.now += 1
    var thief = Machine()
    thief.config = machine.config
    let attempt = try await cluster.join(&thief)
    #expect(attempt.clientFailure.map { "\($0)" }?.contains("no matching key found") == true)
    let again = try await join(&machine, cluster, afterLosing: 1)
    #expect(again.rotations == 0 && again.challenges == 1)
    #expect(cluster.status["registration_secret"] == nil && cluster.recoveryCount == 1)
    try await cluster.use(machine)
    thief.storage = MemoryStorage()
    #expect(try await cluster.join(&thief).refusal != nil, "the secret is used up")
  }

  @Test("a lost recovery", arguments: Build.available)
  func recovery(build: Build) async throws {
    for mode in Self.modes {
      // The last recovery there is, lost again and again.
      var (cluster, machine) = try await pair(build, mode: mode, limit: 2)
      let first = try await cluster.join(&machine)
      machine.certificate = ""
      let arrived = try await join(&machine, cluster, afterLosing: 4, "\(mode)")
      #expect(arrived.isNew && arrived.generation == 1)
      if mode != "insecure" {
        #expect(cluster.recoveryCount == 2 && arrived.previousInstance == first.instance)
        #expect(!arrived.replacedInstance.isEmpty && arrived.replacedInstance != first.instance)
      }
      machine.certificate = ""
      #expect(try await cluster.join(&machine).joined == (mode != "standard"), "\(mode)")
      #expect(cluster.locks.isEmpty)
    }
  }

  @Test("a lost rejoin", arguments: Build.available)
  func rejoin(build: Build) async throws {
    for mode in Self.modes {
      var (cluster, machine) = try await pair(build, mode: mode, limit: 2)
      let first = try await cluster.join(&machine)
      let arrived = try await join(&machine, cluster, afterLosing: 4, "\(mode)")
      #expect(arrived.instance == first.instance && arrived.generation == 6)
      // The certificate ends while results are being lost: the join state shows where the machine stands.
      _ = try await cluster.join(&machine, isResultLost: true)
      machine.certificate = ""
      let recovered = try await join(&machine, cluster, afterLosing: 2, "\(mode)")
      #expect(recovered.isNew)
      if mode != "insecure" { #expect(cluster.recoveryCount == 2) }
    }
  }

  @Test("a lost rotation is found in the history", arguments: Build.available)
  func rotation(build: Build) async throws {
    for mode in Self.modes {
      var (cluster, machine) = try await pair(build, mode: mode)
      _ = try await cluster.join(&machine)
      cluster.spec = cluster.spec.setting("rotate_after", .text("2030-01-01T01:00:00Z"))
      _ = try await cluster.join(&machine, isResultLost: true)
      #expect(machine.storage["id_bkp.pub"] != (cluster.boundKey ?? "") + "\n")
      // Each repeat from the key before asks for another new one.
      let next = try await join(&machine, cluster, afterLosing: 12, "\(mode)")
      #expect(next.rotations == (mode == "insecure" ? 0 : 1), "\(mode)")
      let after = try await cluster.join(&machine)
      #expect(after.joined && after.rotations == 0 && after.challenges == 1)
    }
  }

  @Test("a lost first join or recovery that rotates as well", arguments: Build.available)
  func rotationInOtherJoins(build: Build) async throws {
    for mode in Self.modes {
      var (cluster, machine) = try await pair(
        build, mode: mode, limit: 2, rotateAfter: "2030-01-01T01:00:00Z")
      _ = try await join(&machine, cluster, afterLosing: 2, "\(mode)")
      try await cluster.use(machine)
      cluster.clock.now += 7200
      cluster.spec = cluster.spec.setting("rotate_after", .text("2030-01-01T02:00:00Z"))
      machine.certificate = ""
      _ = try await join(&machine, cluster, afterLosing: 2, "\(mode)")
      if mode != "insecure" { #expect(cluster.recoveryCount == 2) }
    }
  }

  @Test(
    "a disk that fills up at any write leaves a state that can rejoin", arguments: Build.available)
  func diskFull(build: Build) async throws {
    for writes in 0..<5 {
      var (cluster, machine) = try await pair(build, mode: "standard")
      _ = try await cluster.join(&machine)
      cluster.spec = cluster.spec.setting("rotate_after", .text("2030-01-01T01:00:00Z"))
      // Written in this order: history, join state, key, public key, history.
      machine.storage.fail(afterWrites: writes)
      let failed = try await cluster.join(&machine)
      let text = failed.clientFailure.map { "\($0)" } ?? ""
      #expect(text.contains("no space is left; free some"), "\(writes): \(text)")
      machine.storage.fail(afterWrites: .max)
      let next = try await cluster.join(&machine)
      #expect(next.joined, "\(writes): \(String(describing: next.refusal))")
      #expect(machine.storage["id_bkp.pub"] == (cluster.boundKey ?? "") + "\n", "\(writes)")
    }
  }

  @Test(
    "a recovery whose keys could not be written goes on with the new join state",
    arguments: Build.available)
  func diskFullInRecovery(build: Build) async throws {
    for writes in 2..<5 {
      var (cluster, machine) = try await pair(build, mode: "standard")
      _ = try await cluster.join(&machine)
      machine.certificate = ""
      cluster.spec = cluster.spec.setting("rotate_after", .text("2030-01-01T01:00:00Z"))
      machine.storage.fail(afterWrites: writes)
      #expect(try await cluster.join(&machine).clientFailure != nil)
      machine.storage.fail(afterWrites: .max)
      #expect(try await cluster.join(&machine).joined, "\(writes)")
      #expect(cluster.locks.isEmpty)
    }
  }
}
