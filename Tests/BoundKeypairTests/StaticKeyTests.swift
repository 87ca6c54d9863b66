import Credentials
import Documents
import Foundation
import PluginHost
import Testing

/// A key that is configured and not stored: for machines without a disk that lasts.
@Suite("static key") struct StaticKeyTests {
  private let key: PrivateKey
  private let stored: PrivateKey

  init() throws {
    key = try PrivateKey.generate(.ed25519)
    stored = try PrivateKey.generate(.ed25519)
  }

  private func cluster(_ build: Build, registered: PrivateKey? = nil) async throws -> Cluster {
    let cluster = try Cluster(build)
    let line = (registered ?? key).publicKey.authorizedKey
    let spec = Node.object([
      ("onboarding", .object([("initial_public_key", .text(line))])),
      ("recovery", .object([("mode", .text("insecure")), ("limit", .integer(0))])),
    ])
    #expect(try await cluster.admit(spec).isEmpty)
    return cluster
  }

  private func machine(_ values: [String: String]) -> Machine {
    var machine = Machine()
    for (key, value) in values {
      machine.config[key] = key.hasSuffix("_path") ? .text(value) : .secret(value)
    }
    return machine
  }

  private func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

  private func failure(_ machine: Machine, _ build: Build) async throws -> PluginFailure? {
    do {
      let agent = try await build.agent(machine.services)
      _ = try await agent.begin(suite: "balanced-v1")
      await agent.abort()
      return nil
    } catch let failure as PluginFailure { return failure }
  }

  @Test("it joins, rejoins and recovers, and nothing is ever stored", arguments: Build.available)
  func wholeLife(build: Build) async throws {
    let cluster = try await cluster(build)
    var machine = machine(["static_private_key": key.pem])
    #expect(try await cluster.join(&machine).isNew)
    let rejoined = try await cluster.join(&machine)
    #expect(rejoined.joined && !rejoined.isNew)
    machine.certificate = ""
    let recovered = try await cluster.join(&machine)
    #expect(recovered.joined && recovered.isNew && recovered.rotations == 0)
    #expect(machine.storage.records.isEmpty && machine.storage.written.isEmpty)
    #expect(machine.log.warnings.isEmpty && cluster.recoveryCount == 2)
  }

  @Test(
    "it may be PEM or the base64 of PEM, with or without line breaks",
    arguments: Build.available)
  func spellings(build: Build) async throws {
    let encoded = base64(key.pem)
    let wrapped = encoded.prefix(76) + "\n" + encoded.dropFirst(76) + "\n"
    let trimmed = key.pem.trimmingCharacters(in: .newlines)
    for text in [key.pem, trimmed, encoded, String(wrapped), base64(trimmed)] {
      var machine = machine(["static_private_key": text])
      #expect(try await cluster(build).join(&machine).joined)
    }
  }

  @Test("keys of every kind are taken", arguments: Build.available, KeyAlgorithm.allCases)
  func kinds(build: Build, algorithm: KeyAlgorithm) async throws {
    let key = try PrivateKey.generate(algorithm)
    var machine = machine(["static_private_key": base64(key.pem)])
    #expect(try await cluster(build, registered: key).join(&machine).joined)
  }

  @Test("it wins over a stored keypair, whose files stay as they are", arguments: Build.available)
  func winsOverStored(build: Build) async throws {
    let cluster = try await cluster(build)
    var machine = machine(["static_private_key": key.pem, "registration_secret": "s"])
    machine.storage["id_bkp"] = stored.pem
    machine.storage["bkp_state"] = "a.join.state"
    let agent = try await build.agent(machine.services)
    #expect(try await agent.begin(suite: "").isEmpty, "neither secret nor join state is sent")
    await agent.abort()
    let before = machine.storage.records
    #expect(try await cluster.join(&machine).joined)
    #expect(machine.storage.records == before && machine.storage.written.isEmpty)
  }

  @Test(
    "one that cannot be read is a warning, and the stored keypair is used",
    arguments: Build.available)
  func unreadable(build: Build) async throws {
    let pem = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
    for text in ["nonsense!", "AAAA", pem, base64(pem), "-----", key.publicKey.pem] {
      var machine = machine(["static_private_key": text])
      machine.storage["id_bkp"] = stored.pem
      #expect(try await cluster(build, registered: stored).join(&machine).joined, "\(text)")
      let warning = try #require(machine.log.warnings.first, "\(text)")
      #expect(warning.hasPrefix("the static key cannot be used ("))
      #expect(warning.contains("static_private_key_path") && !warning.contains(text))
      #expect(machine.storage["bkp_state"] != nil, "a stored keypair keeps its state")
    }
  }

  @Test("without a stored keypair either, nothing is left to join with", arguments: Build.available)
  func nothingLeft(build: Build) async throws {
    let machine = machine(["static_private_key": "nonsense!"])
    #expect(try await failure(machine, build)?.code == .invalidConfig)
    #expect(machine.log.warnings.count == 1)
  }

  @Test("a key that is not the token's is named as the problem", arguments: Build.available)
  func foreign(build: Build) async throws {
    var machine = machine(["static_private_key": key.pem])
    machine.storage["id_bkp"] = stored.pem
    let attempt = try await cluster(build, registered: stored).join(&machine)
    let failure = try #require(attempt.clientFailure as? PluginFailure)
    #expect(failure.message.hasPrefix("no matching key found"))
    #expect(failure.message.contains("is not the static key of this machine"))
    #expect(attempt.refusal?.message.hasPrefix("failed to complete challenge; ") == true)
  }

  @Test("a rotation is answered with an error, and no key is made", arguments: Build.available)
  func rotation(build: Build) async throws {
    let cluster = try await cluster(build)
    var machine = machine(["static_private_key": key.pem])
    #expect(try await cluster.join(&machine).joined)
    cluster.spec = cluster.spec.setting("rotate_after", .text("2030-01-01T00:30:00Z"))
    let before = cluster.status
    let attempt = try await cluster.join(&machine)
    let failure = try #require(attempt.clientFailure as? PluginFailure)
    #expect(failure.code == .invalidArgument && failure.message.contains("static key"))
    #expect(failure.hint.contains("rotate_after"))
    #expect(attempt.refusal?.message.hasPrefix("requesting a new public key: ") == true)
    #expect(cluster.status == before && machine.storage.written.isEmpty)
  }

  @Test("a result that binds another key is an error", arguments: Build.available)
  func foreignResult(build: Build) async throws {
    let agent = try await build.agent(machine(["static_private_key": key.pem]).services)
    _ = try await agent.begin(suite: "balanced-v1")
    let bound = Proto.field(2, "a.join.state") + Proto.field(3, stored.publicKey.authorizedKey)
    await #expect {
      try await agent.finish(Proto.field(2, bound))
    } throws: {
      ($0 as? PluginFailure)?.code == .corruptState
    }
  }

  @Test("modes that want a join state refuse it after the first join", arguments: Build.available)
  func otherModes(build: Build) async throws {
    for mode in ["standard", "relaxed"] {
      let cluster = try await cluster(build)
      cluster.spec = cluster.spec.with("recovery.mode", .text(mode))
        .with("recovery.limit", .integer(9))
      var machine = machine(["static_private_key": key.pem])
      #expect(try await cluster.join(&machine).joined)
      let attempt = try await cluster.join(&machine)
      #expect(attempt.refusal?.message.hasPrefix("join state verification failed") == true)
      #expect(cluster.locks.isEmpty)
    }
  }

  @Test("it is in no warning, no failure and no event", arguments: Build.available)
  func staysSecret(build: Build) async throws {
    let encoded = base64(key.pem)
    var machine = machine(["static_private_key": String(encoded.dropLast(8))])
    machine.storage["id_bkp"] = stored.pem
    let attempt = try await cluster(build).join(&machine)
    let shown = machine.log.all + "\(String(describing: attempt))"
    let body = try #require(key.pem.split(separator: "\n").dropFirst().first)
    #expect(!shown.contains(encoded.prefix(40)) && !shown.contains(body.prefix(20)))
  }
}
