import Documents
import PluginHost
import Testing

/// The authority has committed, the machine has not stored: what the next join makes of it.
@Suite("lost results") struct LostResultTests {
  private func pair(_ build: Build, mode: String) async throws -> (Cluster, Machine) {
    let cluster = try Cluster(build)
    let spec = Node.object([
      ("recovery", .object([("mode", .text(mode)), ("limit", .integer(9))]))
    ])
    #expect(try await cluster.admit(spec).isEmpty)
    return (cluster, Machine(secret: cluster.status["registration_secret"]?.string))
  }

  @Test("a lost first join by secret", arguments: Build.available)
  func firstJoin(build: Build) async throws {
    for (mode, recovers) in [("standard", false), ("relaxed", false), ("insecure", true)] {
      var (cluster, machine) = try await pair(build, mode: mode)
      _ = try await cluster.join(&machine, isResultLost: true)
      #expect(machine.history.count == 1, "the key was on disk before it was sent")
      #expect(machine.storage.records["id_bkp"] == nil)
      let next = try await cluster.join(&machine)
      #expect(next.joined == recovers, "\(mode)")
      #expect(cluster.locks.isEmpty)
      if !recovers {
        #expect(next.refusal?.message.hasPrefix("join state verification failed") == true)
      }
    }
  }

  @Test(
    "a lost first join goes on with the key of the history when its secret is no longer configured",
    arguments: Build.available)
  func firstJoinWithoutSecret(build: Build) async throws {
    var (cluster, machine) = try await pair(build, mode: "insecure")
    _ = try await cluster.join(&machine, isResultLost: true)
    machine.config = [:]
    #expect(try await cluster.join(&machine).joined)
    #expect(machine.storage["id_bkp.pub"] == (cluster.boundKey ?? "") + "\n")
    // Several keys: the one that is bound is found, wherever it stands.
    (cluster, machine) = try await pair(build, mode: "insecure")
    _ = try await cluster.join(&machine, isResultLost: true)
    var other = try await pair(build, mode: "insecure")
    other.1.storage = machine.storage
    _ = try await other.0.join(&other.1, isResultLost: true)
    machine.config = [:]
    #expect(machine.history.count == 2 && machine.storage["id_bkp"] == nil)
    #expect(try await cluster.join(&machine).joined)
    #expect(machine.storage["id_bkp.pub"] == (cluster.boundKey ?? "") + "\n")
  }

  @Test("a lost recovery", arguments: Build.available)
  func recovery(build: Build) async throws {
    for (mode, recovers) in [("standard", false), ("relaxed", false), ("insecure", true)] {
      var (cluster, machine) = try await pair(build, mode: mode)
      _ = try await cluster.join(&machine)
      machine.certificate = ""
      _ = try await cluster.join(&machine, isResultLost: true)
      machine.certificate = ""
      let next = try await cluster.join(&machine)
      #expect(next.joined == recovers, "\(mode)")
      #expect(cluster.locks.count == (recovers ? 0 : 1))
    }
  }

  @Test("a lost rotation is found in the history", arguments: Build.available)
  func rotation(build: Build) async throws {
    var (cluster, machine) = try await pair(build, mode: "standard")
    _ = try await cluster.join(&machine)
    cluster.spec = cluster.spec.setting("rotate_after", .text("2030-01-01T01:00:00Z"))
    _ = try await cluster.join(&machine, isResultLost: true)
    #expect(machine.storage["id_bkp.pub"] != (cluster.boundKey ?? "") + "\n")
    let next = try await cluster.join(&machine)
    #expect(next.joined && next.rotations == 0 && next.challenges == 1)
    #expect(machine.storage["id_bkp.pub"] == (cluster.boundKey ?? "") + "\n")
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
