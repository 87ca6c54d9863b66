import Credentials
import Documents
import PluginHost
import Testing

/// What the agent half reads and writes between joins.
@Suite("client storage") struct ClientStorageTests {
  private func joined(_ build: Build) async throws -> (Cluster, Machine) {
    let cluster = try Cluster(build)
    let spec = Node.object([("recovery", .object([("limit", .integer(9))]))])
    #expect(try await cluster.admit(spec).isEmpty)
    var machine = Machine(secret: cluster.status["registration_secret"]?.string)
    #expect(try await cluster.join(&machine).joined)
    return (cluster, machine)
  }

  private func failure(_ machine: Machine, _ build: Build) async throws -> PluginFailure? {
    do {
      let agent = try await build.agent(machine.services)
      _ = try await agent.begin(suite: "balanced-v1")
      await agent.abort()
      return nil
    } catch let failure as PluginFailure { return failure }
  }

  @Test("without a key and without a secret it says what to configure", arguments: Build.available)
  func nothingToJoinWith(build: Build) async throws {
    let failure = try #require(try await failure(Machine(), build))
    #expect(failure.code == .invalidConfig && failure.retry == .afterConfig)
    #expect(failure.message.contains("no bound keypair"))
    #expect(failure.hint.contains("onboarding.bound_keypair.registration_secret"))
    #expect(failure.hint.contains("keypair create"))
  }

  @Test("blanks around what is stored change nothing", arguments: Build.available)
  func blanks(build: Build) async throws {
    var (cluster, machine) = try await joined(build)
    for name in ["bkp_state", "id_bkp", "id_bkp.pub", "bkp_key_history.json"] {
      machine.storage[name] = "\n" + (machine.storage[name] ?? "") + "\r\n"
    }
    machine.certificate = ""
    #expect(try await cluster.join(&machine).joined)
    #expect(cluster.locks.isEmpty && machine.log.warnings.isEmpty)
  }

  @Test("an empty key file counts as none", arguments: Build.available)
  func emptyKeyFile(build: Build) async throws {
    let machine = Machine()
    machine.storage["id_bkp"] = ""
    #expect(try await failure(machine, build)?.code == .invalidConfig)
  }

  @Test("a key that cannot be read is an error, never a new key", arguments: Build.available)
  func brokenKey(build: Build) async throws {
    for text in ["x", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"] {
      let machine = Machine(secret: "secret")
      machine.storage["id_bkp"] = text
      let failure = try #require(try await failure(machine, build))
      #expect(failure.code == .corruptState && failure.retry == .afterOperator)
      #expect(failure.message.hasPrefix("the key in id_bkp cannot be read"))
      #expect(!failure.hint.isEmpty && machine.storage.written.isEmpty)
    }
  }

  @Test("a storage that cannot be read stops the join", arguments: Build.available)
  func unreadable(build: Build) async throws {
    for record in ["id_bkp", "bkp_state", "bkp_key_history.json"] {
      let (_, machine) = try await joined(build)
      machine.storage.makeUnreadable(record)
      #expect(
        try await failure(machine, build)?.message == "\(record) cannot be read", "\(record)")
    }
  }

  @Test(
    "the secret is sent until a join state is held, then the state alone",
    arguments: Build.available)
  func whatIsSent(build: Build) async throws {
    let fresh = try await build.agent(Machine(secret: "secret").services)
    #expect(try await fresh.begin(suite: "") == Proto.field(2, "secret"))
    await fresh.abort()
    let (_, machine) = try await joined(build)
    let again = try await build.agent(machine.services)
    let state = try #require(machine.storage.records["bkp_state"])
    #expect(try await again.begin(suite: "") == Proto.field(3, state))
    await again.abort()
  }

  @Test("a join state without its key is not shown, the secret is", arguments: Build.available)
  func stateWithoutKey(build: Build) async throws {
    let (_, machine) = try await joined(build)
    machine.storage["id_bkp"] = nil
    let agent = try await build.agent(machine.services)
    let secret = Proto.text(try await agent.begin(suite: ""), 2)
    #expect(!secret.isEmpty)
    await agent.abort()
  }

  @Test("a history that makes no sense is a warning and starts anew", arguments: Build.available)
  func brokenHistory(build: Build) async throws {
    for text in ["x", "{}", "{\"entries\":[{}]}", "{\"entries\":[{\"private_key\":\"x\"}]}"] {
      var (cluster, machine) = try await joined(build)
      machine.storage["bkp_key_history.json"] = text
      #expect(try await cluster.join(&machine).joined)
      let warning = try #require(machine.log.warnings.first)
      #expect(warning.contains("bkp_key_history.json") && warning.contains("move the file away"))
      #expect(machine.history.count == 1)
      #expect(machine.history[0]["private_key"]?.string == machine.storage["id_bkp"])
    }
  }

  @Test("a missing history starts with the active key", arguments: Build.available)
  func missingHistory(build: Build) async throws {
    var (cluster, machine) = try await joined(build)
    machine.storage["bkp_key_history.json"] = nil
    #expect(try await cluster.join(&machine).joined)
    #expect(machine.log.warnings.isEmpty)
    #expect(machine.history[0]["private_key"]?.string == machine.storage["id_bkp"])
  }

  @Test("the history keeps the ten newest keys", arguments: Build.available)
  func historyIsBounded(build: Build) async throws {
    var (cluster, machine) = try await joined(build)
    let first = machine.storage["id_bkp"]
    for hour in 2..<13 {
      cluster.clock.now += 3600
      cluster.spec = cluster.spec.setting(
        "rotate_after", .text("2030-01-01T\(hour < 10 ? "0" : "")\(hour):00:00Z"))
      #expect(try await cluster.join(&machine).rotations == 1)
    }
    let keys = machine.history.map { $0["private_key"]?.string }
    #expect(keys.count == 10 && keys[0] == machine.storage["id_bkp"] && !keys.contains(first))
  }

  @Test("the key follows the suite", arguments: Build.available)
  func suites(build: Build) async throws {
    for (suite, type) in [
      ("legacy", "ssh-ed25519"), ("", "ssh-ed25519"), ("balanced-v1", "ssh-ed25519"),
      ("hsm-v1", "ssh-ed25519"), ("fips-v1", "ecdsa-sha2-nistp256"),
    ] {
      let cluster = try Cluster(build)
      cluster.suite = suite
      #expect(
        try await cluster.admit(.object([("recovery", .object([("limit", .integer(1))]))])).isEmpty)
      var machine = Machine(secret: cluster.status["registration_secret"]?.string)
      #expect(try await cluster.join(&machine).joined)
      #expect(machine.storage["id_bkp.pub"]?.hasPrefix(type + " ") == true, "\(suite)")
    }
  }

  @Test("keys of every kind and PEM form join", arguments: Build.available, KeyAlgorithm.allCases)
  func storedKeys(build: Build, algorithm: KeyAlgorithm) async throws {
    let key = try PrivateKey.generate(algorithm)
    let cluster = try Cluster.bound(build, to: key, mode: "insecure")
    var machine = Machine()
    machine.storage["id_bkp"] = key.pem
    #expect(try await cluster.join(&machine).joined)
    #expect(machine.storage["id_bkp"] == key.pem)
  }
}
