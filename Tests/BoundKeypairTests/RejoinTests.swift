import Credentials
import Documents
import PluginHost
import Testing

/// The rows of the conformance table about coming back: rejoin with a certificate, recovery without.
@Suite("rejoin and recovery") struct RejoinTests {
  private let key: PrivateKey
  private let other: PrivateKey

  init() throws {
    key = try PrivateKey.generate(.ed25519)
    other = try PrivateKey.generate(.ed25519)
  }

  @Test("soft rejoin", arguments: Build.available)
  func softRejoin(build: Build) async throws {
    let cluster = try Cluster.bound(build, to: key, instance: "i", count: 1)
    let before = cluster.status
    let client = KeyClient(key)
    let attempt = try await cluster.join(client, certificate: "i")
    #expect(attempt.joined && !attempt.isNew && attempt.instance == "i")
    #expect(attempt.challenges == 1 && attempt.rotations == 0 && attempt.events.isEmpty)
    #expect(cluster.status.removing("serial") == before)
    #expect(try Token.claims(client.result[2] ?? [])["recovery_sequence"]?.int64 == 1)
  }

  @Test("soft rejoin, wrong key", arguments: Build.available)
  func softRejoinWrongKey(build: Build) async throws {
    let cluster = try Cluster.bound(build, to: key, instance: "i", count: 1)
    let attempt = try await cluster.join(KeyClient(other), certificate: "i")
    #expect(attempt.refusal?.message.hasPrefix("validating challenge response: ") == true)
    #expect(attempt.refusal?.reason == .unknown)
    #expect(attempt.events.isEmpty)
  }

  @Test("soft rejoin, wrong instance", arguments: Build.available)
  func softRejoinWrongInstance(build: Build) async throws {
    let cluster = try Cluster.bound(build, to: key, instance: "j", count: 1)
    let attempt = try await cluster.join(KeyClient(key), certificate: "i")
    #expect(attempt.refusal?.message.hasPrefix("bot instance mismatch") == true)
    #expect(attempt.refusal?.reason == .accessDenied && attempt.refusal?.locksToken == false)
  }

  @Test("recovery", arguments: Build.available)
  func recovery(build: Build) async throws {
    let cluster = try Cluster.bound(build, to: key, instance: "asdf")
    let attempt = try await cluster.join(KeyClient(key))
    #expect(attempt.joined && attempt.isNew && attempt.previousInstance.isEmpty)
    #expect(cluster.recoveryCount == 1)
    #expect(cluster.boundInstance == attempt.instance && attempt.instance != "asdf")
    #expect(cluster.status["last_recovered_at"]?.string == "2030-01-01T01:00:00Z")
    #expect(attempt.event("recovery")?["success"]?.bool == true)
    #expect(attempt.event("recovery")?["recovery_count"]?.int64 == 1)
  }

  @Test("recovery with the wrong key is refused and recorded", arguments: Build.available)
  func recoveryWrongKey(build: Build) async throws {
    let cluster = try Cluster.bound(build, to: key)
    let attempt = try await cluster.join(KeyClient(other))
    #expect(attempt.refusal?.message.hasPrefix("validating challenge response: ") == true)
    #expect(attempt.event("recovery")?["success"]?.bool == false)
    #expect(cluster.recoveryCount == 0)
  }

  @Test("key without instance", arguments: Build.available)
  func keyWithoutInstance(build: Build) async throws {
    let cluster = try Cluster.bound(build, to: key, instance: nil)
    for certificate in ["", "i"] {
      let attempt = try await cluster.join(KeyClient(key), certificate: certificate)
      #expect(
        attempt.refusal?.message.hasPrefix("bad backend state, please recreate the join token; ")
          == true)
      #expect(attempt.refusal?.reason == .badParameter)
      #expect(attempt.challenges == 0)
    }
  }

  @Test("standard second", arguments: Build.available)
  func standardSecond(build: Build) async throws {
    let cluster = try Cluster(build)
    cluster.spec = .object([
      ("onboarding", .object([("initial_public_key", .text(key.publicKey.authorizedKey))])),
      ("recovery", .object([("mode", .text("standard")), ("limit", .integer(2))])),
    ])
    cluster.status = .object([("recovery_count", .integer(1))])
    let client = KeyClient(key)
    client.joinState = try cluster.joinState(sequence: 1, instance: "")
    let attempt = try await cluster.join(client)
    #expect(attempt.joined)
    #expect(cluster.recoveryCount == 2)
    #expect(try Token.claims(client.result[2] ?? [])["recovery_sequence"]?.int64 == 2)
  }

  @Test("standard no state", arguments: Build.available)
  func standardNoState(build: Build) async throws {
    let cluster = try Cluster.bound(build, to: key, mode: "standard", count: 1, limit: 2)
    let attempt = try await cluster.join(KeyClient(key))
    #expect(attempt.refusal?.message.hasPrefix("join state verification failed") == true)
    #expect(attempt.refusal?.reason == .accessDenied)
    #expect(cluster.locks.isEmpty && attempt.events.isEmpty)
  }

  @Test("standard exhausted", arguments: Build.available)
  func standardExhausted(build: Build) async throws {
    let cluster = try Cluster.bound(build, to: key, mode: "standard", count: 2, limit: 2)
    let client = KeyClient(key)
    client.joinState = try cluster.joinState(sequence: 2, instance: "asdf")
    let attempt = try await cluster.join(client)
    #expect(attempt.refusal?.message.hasPrefix("no recovery attempts remaining") == true)
    #expect(attempt.refusal?.reason == .accessDenied)
    #expect(attempt.challenges == 1, "the limit is told only to who has the key")
    #expect(try await cluster.join(client, certificate: "asdf").joined)
  }

  @Test("a first join over the limit is refused before any challenge", arguments: Build.available)
  func firstJoinOverTheLimit(build: Build) async throws {
    let cluster = try Cluster(build)
    cluster.spec = .object([
      ("onboarding", .object([("initial_public_key", .text(key.publicKey.authorizedKey))])),
      ("recovery", .object([("limit", .integer(1))])),
    ])
    cluster.status = .object([("recovery_count", .integer(1))])
    let attempt = try await cluster.join(KeyClient(key))
    #expect(attempt.refusal?.message.hasPrefix("no recovery attempts remaining") == true)
    #expect(attempt.challenges == 0)
  }

  @Test("a first join with a certificate is refused", arguments: Build.available)
  func firstJoinWithCertificate(build: Build) async throws {
    let cluster = try Cluster(build)
    cluster.status = .object([("registration_secret", .text("s"))])
    let attempt = try await cluster.join(KeyClient(key), certificate: "i")
    #expect(
      attempt.refusal?.message.hasPrefix(
        "cannot perform first bound keypair join with existing credentials") == true)
    #expect(attempt.refusal?.reason == .badParameter)
  }

  @Test("relaxed over limit", arguments: Build.available)
  func relaxedOverLimit(build: Build) async throws {
    let cluster = try Cluster.bound(build, to: key, mode: "relaxed", count: 1, limit: 0)
    let client = KeyClient(key)
    client.joinState = try cluster.joinState(sequence: 1, instance: "asdf")
    let attempt = try await cluster.join(client)
    #expect(attempt.joined && attempt.previousInstance == "asdf")
    #expect(cluster.recoveryCount == 2)
  }

  @Test("relaxed still wants the join state", arguments: Build.available)
  func relaxedWantsState(build: Build) async throws {
    let cluster = try Cluster.bound(build, to: key, mode: "relaxed", count: 1, limit: 0)
    let attempt = try await cluster.join(KeyClient(key))
    #expect(attempt.refusal?.message.hasPrefix("join state verification failed") == true)
  }

  @Test("insecure reads no join state", arguments: Build.available)
  func insecureIgnoresState(build: Build) async throws {
    let cluster = try Cluster.bound(build, to: key, mode: "insecure", count: 5)
    let client = KeyClient(key)
    client.joinState = [UInt8]("asdf".utf8)
    let attempt = try await cluster.join(client)
    #expect(attempt.joined && attempt.previousInstance.isEmpty && cluster.locks.isEmpty)
    #expect(cluster.recoveryCount == 6)
  }

  @Test("an unknown recovery mode and another role are bad parameters", arguments: Build.available)
  func badModeAndRole(build: Build) async throws {
    let cluster = try Cluster.bound(build, to: key, mode: "lenient")
    var attempt = try await cluster.join(KeyClient(key))
    #expect(attempt.refusal?.message.hasPrefix("invalid recovery mode \"lenient\"; ") == true)
    #expect(attempt.refusal?.reason == .badParameter)
    cluster.role = "Instance"
    attempt = try await cluster.join(KeyClient(key))
    #expect(attempt.refusal?.message.contains("only supported for bots; ") == true)
    #expect(attempt.refusal?.reason == .badParameter)
  }
}
