import Credentials
import Documents
import PluginHost
import Testing

/// The rows of the conformance tables about the join state. A bad one locks the token.
@Suite("join state") struct JoinStateTests {
  private let key: PrivateKey

  init() throws { key = try PrivateKey.generate(.ed25519) }

  /// One recovery with this state against a token of mode standard that has been joined once.
  private func recover(
    _ build: Build, count: Int64 = 1, limit: Int64 = 3,
    _ state: (Cluster) throws -> [UInt8]
  ) async throws -> (attempt: Cluster.Attempt, cluster: Cluster) {
    let cluster = try Cluster.bound(build, to: key, mode: "standard", count: count, limit: limit)
    let client = KeyClient(key)
    client.joinState = try state(cluster)
    return (try await cluster.join(client), cluster)
  }

  /// The state is refused with this reason in the audit log and the lock, never for the client.
  private func expectLock(
    _ build: Build, _ reason: String, count: Int64 = 1, _ state: (Cluster) throws -> [UInt8]
  ) async throws {
    let (attempt, cluster) = try await recover(build, count: count, state)
    #expect(attempt.refusal?.message.hasPrefix("join state verification failed") == true)
    #expect(attempt.refusal?.reason == .accessDenied)
    #expect(cluster.locks.count == 1)
    #expect(cluster.locks.first?.contains("failed to verify its join state") == true)
    #expect(cluster.locks.first?.contains(reason) == true, "\(cluster.locks)")
    let event = try #require(attempt.event("join_state_verification_failed"))
    #expect(event["error"]?.string == reason || event["error"]?.string?.contains(reason) == true)
    #expect(cluster.recoveryCount == count)
  }

  @Test("counter mismatch", arguments: Build.available)
  func counterMismatch(build: Build) async throws {
    try await expectLock(build, "recovery counter mismatch", count: 2) {
      try $0.joinState(sequence: 1, instance: "asdf")
    }
    try await expectLock(build, "recovery counter mismatch", count: 1) {
      try $0.joinState(sequence: 2, instance: "asdf")
    }
  }

  @Test("invalid JWT", arguments: Build.available)
  func invalidJWT(build: Build) async throws {
    try await expectLock(build, "parsing serialized join state") { _ in [UInt8]("asdf".utf8) }
  }

  @Test("foreign signature", arguments: Build.available)
  func foreignSignature(build: Build) async throws {
    let foreign = try PrivateKey.generate(.ed25519)
    try await expectLock(build, "join state could not be verified") {
      try $0.joinState(sequence: 1, instance: "asdf", signedBy: foreign)
    }
    try await expectLock(build, "join state signature is wrong") {
      try $0.joinState(
        sequence: 1, instance: "asdf", signedBy: foreign,
        keyID: $0.authority.active.publicKey.keyID)
    }
  }

  @Test("a join state without a key id is refused", arguments: Build.available)
  func missingKeyID(build: Build) async throws {
    try await expectLock(build, "required key ID is missing from JWT header") {
      let claims = try Token.claims(try $0.joinState(sequence: 1, instance: "asdf"))
      return try Token.sign(JSON.serialize(claims), with: $0.authority.active)
    }
  }

  @Test("wrong instance in state", arguments: Build.available)
  func wrongInstance(build: Build) async throws {
    try await expectLock(build, "bot instance mismatch") {
      try $0.joinState(sequence: 1, instance: "other")
    }
  }

  @Test("wrong cluster in state", arguments: Build.available)
  func wrongCluster(build: Build) async throws {
    try await expectLock(build, "invalid issuer claim") {
      try $0.joinState(sequence: 1, instance: "asdf") {
        $0.setting("iss", .text("wrong-cluster")).setting("aud", .text("wrong-cluster"))
      }
    }
    try await expectLock(build, "invalid audience claim") {
      try $0.joinState(sequence: 1, instance: "asdf") {
        $0.setting("aud", .text("wrong-cluster"))
      }
    }
  }

  @Test("other bot", arguments: Build.available)
  func otherBot(build: Build) async throws {
    try await expectLock(build, "invalid subject claim") {
      try $0.joinState(sequence: 1, instance: "asdf") { $0.setting("sub", .text("other")) }
    }
  }

  @Test("bot with host_id in state", arguments: Build.available)
  func hostInState(build: Build) async throws {
    for value in [Node.text("8b1f9d2c"), .integer(1), .array([])] {
      try await expectLock(build, "host mismatch") {
        try $0.joinState(sequence: 1, instance: "asdf") { $0.setting("host_id", value) }
      }
    }
    let (attempt, _) = try await recover(build) {
      try $0.joinState(sequence: 1, instance: "asdf") { $0.setting("host_id", .text("")) }
    }
    #expect(attempt.joined, "an empty one names no host")
  }

  @Test("clock - 10 min", arguments: Build.available)
  func clockTenMinutesBack(build: Build) async throws {
    try await expectLock(build, "token not valid yet") {
      let state = try $0.joinState(sequence: 1, instance: "asdf")
      $0.clock.now -= 600
      return state
    }
  }

  @Test("join state, active CA key", arguments: Build.available)
  func activeKey(build: Build) async throws {
    let (attempt, cluster) = try await recover(build) {
      try $0.joinState(sequence: 1, instance: "asdf")
    }
    #expect(attempt.joined && attempt.previousInstance == "asdf" && cluster.recoveryCount == 2)
  }

  @Test("join state, standby CA key", arguments: Build.available)
  func standbyKey(build: Build) async throws {
    let (attempt, _) = try await recover(build) {
      try $0.joinState(sequence: 1, instance: "asdf", signedBy: $0.authority.standby)
    }
    #expect(attempt.joined)
  }

  @Test("mode or limit differ between state and token", arguments: Build.available)
  func modeAndLimitAreInformational(build: Build) async throws {
    let (attempt, _) = try await recover(build) {
      try $0.joinState(sequence: 1, instance: "asdf") {
        $0.setting("recovery_mode", .text("insecure")).setting("recovery_limit", .integer(99))
      }
    }
    #expect(attempt.joined)
  }

  @Test("an audience list that contains the cluster is taken", arguments: Build.available)
  func audienceList(build: Build) async throws {
    let (attempt, _) = try await recover(build) {
      try $0.joinState(sequence: 1, instance: "asdf") {
        $0.setting("aud", .array([.text("other"), .text("example.com")]))
      }
    }
    #expect(attempt.joined)
  }

  @Test(
    "a locked token refuses after the proof and makes no second lock", arguments: Build.available)
  func lockedToken(build: Build) async throws {
    let cluster = try Cluster.bound(build, to: key, mode: "standard", count: 1, limit: 3)
    cluster.locks = ["the token is locked for a reason"]
    let client = KeyClient(key)
    client.joinState = [UInt8]("asdf".utf8)
    for certificate in ["", "asdf"] {
      let attempt = try await cluster.join(client, certificate: certificate)
      #expect(attempt.refusal?.message.hasPrefix("the token is locked for a reason; ") == true)
      #expect(attempt.challenges == 1 && attempt.refusal?.locksToken == false)
    }
    let stranger = KeyClient(try PrivateKey.generate(.ed25519))
    let attempt = try await cluster.join(stranger)
    #expect(attempt.refusal?.message.contains("locked") == false)
    #expect(cluster.locks.count == 1)
  }
}
