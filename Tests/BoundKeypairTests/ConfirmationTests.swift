import Credentials
import Documents
import PluginHost
import Testing

/// The newest join and its predecessor: which of them a client stands on, and what ends that.
@Suite("confirmation") struct ConfirmationTests {
  /// A machine that has joined, and used what it got.
  private func joined(
    _ build: Build, mode: String = "standard", limit: Int64 = 9
  ) async throws -> (Cluster, Machine) {
    let cluster = try Cluster(build)
    let spec = Node.object([
      ("recovery", .object([("mode", .text(mode)), ("limit", .integer(limit))]))
    ])
    #expect(try await cluster.admit(spec).isEmpty)
    var machine = Machine(secret: cluster.status["registration_secret"]?.string)
    #expect(try await cluster.join(&machine).joined)
    try await cluster.use(machine)
    return (cluster, machine)
  }

  private func refusedAndLocked(
    _ machine: inout Machine, _ cluster: Cluster, _ reason: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let attempt = try await cluster.join(&machine)
    #expect(
      attempt.refusal?.message.hasPrefix("join state verification failed") == true,
      sourceLocation: sourceLocation)
    #expect(cluster.locks.count == 1, sourceLocation: sourceLocation)
    #expect(
      cluster.locks.first?.contains(reason) == true, "\(cluster.locks)",
      sourceLocation: sourceLocation)
  }

  @Test("a join keeps what was before it until it is used", arguments: Build.available)
  func keepsPredecessor(build: Build) async throws {
    var (cluster, machine) = try await joined(build)
    let before = cluster.status
    #expect(before["serial"]?.int64 == 1 && before["predecessor"] == nil)
    machine.certificate = ""
    #expect(try await cluster.join(&machine).joined)
    #expect(cluster.status["predecessor"] == before)
    #expect(cluster.status["serial"]?.int64 == 2 && cluster.recoveryCount == 2)
    try await cluster.use(machine)
    #expect(cluster.status["predecessor"] == nil && cluster.recoveryCount == 2)
  }

  @Test("a first join leaves the secret beside it until it is used", arguments: Build.available)
  func keepsSecret(build: Build) async throws {
    let cluster = try Cluster(build)
    let spec = Node.object([("recovery", .object([("limit", .integer(1))]))])
    #expect(try await cluster.admit(spec).isEmpty)
    let secret = try #require(cluster.status["registration_secret"]?.string)
    var machine = Machine(secret: secret)
    #expect(try await cluster.join(&machine).joined)
    #expect(cluster.status["registration_secret"] == nil)
    #expect(cluster.status["predecessor"]?["registration_secret"]?.string == secret)
    // Another machine that knows the secret is as good until then, and takes the place of the first.
    var thief = Machine(secret: secret)
    #expect(try await cluster.join(&thief).replacedInstance == machine.certificate)
    var stranger = Machine(secret: "not the secret")
    #expect(
      try await cluster.join(&stranger).refusal?.message.hasPrefix(
        "a valid registration secret is required") == true)
    try await cluster.use(thief)
    #expect(cluster.status["predecessor"] == nil)
    #expect(try await cluster.join(&machine).refusal != nil)
  }

  @Test("showing the newest join state confirms its join", arguments: Build.available)
  func stateConfirms(build: Build) async throws {
    var (cluster, machine) = try await joined(build)
    var clone = machine.clone
    clone.certificate = ""
    machine.certificate = ""
    #expect(try await cluster.join(&machine).joined)
    machine.certificate = ""
    let second = try await cluster.join(&machine)
    #expect(second.joined && second.replacedInstance.isEmpty)
    #expect(cluster.recoveryCount == 3 && second.event("unconfirmed_join_replaced") == nil)
    try await refusedAndLocked(&clone, cluster, "recovery counter mismatch")
  }

  @Test(
    "a rejoin that was used leaves the join state before it stale", arguments: Build.available)
  func staleWithinOneRecovery(build: Build) async throws {
    for mode in ["standard", "relaxed"] {
      var (cluster, machine) = try await joined(build, mode: mode)
      var clone = machine.clone
      clone.certificate = ""
      #expect(try await cluster.join(&machine).joined)
      try await cluster.use(machine)
      try await refusedAndLocked(&clone, cluster, "join state older than the recorded one")
    }
  }

  @Test(
    "a copy that joined and did nothing is replaced, and the audit log says so",
    arguments: Build.available)
  func unusedCopyIsReplaced(build: Build) async throws {
    var (cluster, machine) = try await joined(build, limit: 2)
    var clone = machine.clone
    clone.certificate = ""
    #expect(try await cluster.join(&clone).joined)
    let stolen = clone.certificate
    #expect(cluster.recoveryCount == 2)
    let attempt = try await cluster.join(&machine)
    #expect(attempt.joined && !attempt.isNew && attempt.replacedInstance == stolen)
    let event = try #require(attempt.event("unconfirmed_join_replaced"))
    #expect(event["replaced_instance"]?.string == stolen && event["serial"]?.int64 == 2)
    #expect(event["reason"]?.string?.contains("its answer was lost") == true)
    #expect(cluster.recoveryCount == 1, "the recovery was not spent")
    try await cluster.use(machine)
    clone.certificate = ""
    try await refusedAndLocked(&clone, cluster, "recovery counter mismatch")
  }

  @Test(
    "a client that stored the newest join state and died before the certificate goes on",
    arguments: Build.available)
  func stateWithoutCertificate(build: Build) async throws {
    var (cluster, machine) = try await joined(build)
    let (certificate, generation) = (machine.certificate, machine.generation)
    #expect(try await cluster.join(&machine).joined)
    for isLost in [true, true, false] {
      (machine.certificate, machine.generation) = (certificate, generation)
      #expect(try await cluster.join(&machine, isResultLost: isLost).refusal == nil)
    }
    // The same with a certificate that ends in between.
    _ = try await cluster.join(&machine)
    (machine.certificate, machine.generation) = (certificate, generation)
    #expect(try await cluster.join(&machine, isResultLost: true).refusal == nil)
    machine.certificate = ""
    #expect(try await cluster.join(&machine).joined && cluster.locks.isEmpty)
  }

  @Test(
    "a client with the certificate before and the state of a recovery waits and locks nothing",
    arguments: Build.available)
  func recoveryStateWithOldCertificate(build: Build) async throws {
    var (cluster, machine) = try await joined(build)
    let (certificate, generation) = (machine.certificate, machine.generation)
    machine.certificate = ""
    #expect(try await cluster.join(&machine).joined)
    (machine.certificate, machine.generation) = (certificate, generation)
    let attempt = try await cluster.join(&machine)
    #expect(attempt.refusal?.message.hasPrefix("bot instance mismatch") == true)
    #expect(cluster.locks.isEmpty)
    machine.certificate = ""
    #expect(try await cluster.join(&machine).joined)
  }

  @Test(
    "a token given back as it was some rejoins ago strands nobody", arguments: Build.available)
  func olderTokenGivenBack(build: Build) async throws {
    for isUsed in [true, false] {
      var (cluster, machine) = try await joined(build)
      #expect(try await cluster.join(&machine).joined)
      if isUsed { try await cluster.use(machine) }
      let saved = cluster.status
      for _ in 0..<3 { #expect(try await cluster.join(&machine).joined) }
      #expect(try await cluster.admit(cluster.spec, status: saved).isEmpty)
      #expect(try await cluster.join(&machine, isResultLost: true).refusal == nil)
      machine.certificate = ""
      #expect(try await cluster.join(&machine).joined)
      #expect(cluster.status["serial"]?.int64 == 7 && cluster.locks.isEmpty)
    }
  }

  @Test(
    "a counter set back by the operator is not undone by what was before",
    arguments: Build.available)
  func counterSetBack(build: Build) async throws {
    var (cluster, machine) = try await joined(build, limit: 2)
    machine.certificate = ""
    #expect(try await cluster.join(&machine).joined)
    #expect(cluster.status["predecessor"] != nil)
    cluster.status = cluster.status.setting("recovery_count", .integer(0))
    machine.certificate = ""
    machine.storage["bkp_state"] = "lost"
    #expect(try await cluster.join(&machine).joined)
    #expect(cluster.recoveryCount == 1 && cluster.locks.isEmpty)
  }

  @Test(
    "mode insecure keeps no predecessor and replaces nobody", arguments: Build.available)
  func insecure(build: Build) async throws {
    var (cluster, machine) = try await joined(build, limit: 2)
    machine.certificate = ""
    #expect(try await cluster.join(&machine).joined)
    #expect(cluster.status["predecessor"] != nil)
    cluster.spec = cluster.spec.with("recovery.mode", .text("insecure"))
    var clone = machine.clone
    for holder in 0..<4 {
      clone.certificate = ""
      machine.certificate = ""
      let attempt = try await holder % 2 == 0 ? cluster.join(&clone) : cluster.join(&machine)
      #expect(attempt.joined && attempt.replacedInstance.isEmpty)
      #expect(cluster.status["predecessor"] == nil)
    }
    #expect(cluster.recoveryCount == 6)
    #expect(try await cluster.join(&clone).joined, "either is the machine: it has the key")
  }

  @Test(
    "the use of another instance, and a status that cannot be read, confirm nothing",
    arguments: Build.available)
  func nothingToConfirm(build: Build) async throws {
    var (cluster, machine) = try await joined(build)
    let confirmed = cluster.status
    machine.certificate = ""
    #expect(try await cluster.join(&machine).joined)
    let verifier = try await build.verifier(cluster.services)
    let broken = cluster.status.setting("recovery_count", .integer(-1))
    for (status, instance) in [
      (cluster.status, "another"), (cluster.status, ""), (confirmed, machine.certificate),
      (broken, machine.certificate), (.array([]), machine.certificate),
    ] {
      let bytes = JSON.serialize(status)
      let after = try await verifier.confirmed(
        spec: JSON.serialize(cluster.spec), status: bytes, instance: instance)
      #expect(after == bytes)
    }
  }
}
