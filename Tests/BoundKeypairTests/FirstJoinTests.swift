import Credentials
import Documents
import PluginHost
import Testing

/// The rows of the conformance table about the first join. Each test has the name of its row.
@Suite("first join") struct FirstJoinTests {
  private let key: PrivateKey
  private let other: PrivateKey

  init() throws {
    key = try PrivateKey.generate(.ed25519)
    other = try PrivateKey.generate(.ed25519)
  }

  private func cluster(
    _ build: Build, mode: String = "insecure", limit: Int64 = 0, initialKey: PrivateKey? = nil,
    secret: String? = nil
  ) async throws -> Cluster {
    let cluster = try Cluster(build)
    var spec = Node.object([
      ("recovery", .object([("mode", .text(mode)), ("limit", .integer(limit))]))
    ])
    if let initialKey {
      spec = spec.with(
        "onboarding.initial_public_key", .text(initialKey.publicKey.authorizedKey))
    }
    if let secret { spec = spec.with("onboarding.registration_secret", .text(secret)) }
    #expect(try await cluster.admit(spec).isEmpty)
    return cluster
  }

  @Test("initial join", arguments: Build.available)
  func initialJoin(build: Build) async throws {
    let cluster = try await cluster(build, initialKey: key)
    let client = KeyClient(key)
    let attempt = try await cluster.join(client)
    #expect(attempt.joined && attempt.isNew && attempt.generation == 1)
    #expect(attempt.challenges == 1 && attempt.rotations == 0)
    #expect(cluster.status["recovery_count"]?.int64 == 1)
    #expect(cluster.status["bound_public_key"]?.string == key.publicKey.authorizedKey)
    #expect(cluster.status["bound_bot_instance_id"]?.string == attempt.instance)
    #expect(cluster.status["last_recovered_at"]?.string == "2030-01-01T01:00:00Z")
    #expect(client.result[3] == [UInt8](key.publicKey.authorizedKey.utf8))
    #expect(attempt.event("recovery")?["success"]?.bool == true)
  }

  @Test("initial, wrong key", arguments: Build.available)
  func initialWrongKey(build: Build) async throws {
    let cluster = try await cluster(build, initialKey: key)
    let before = cluster.status
    let attempt = try await cluster.join(KeyClient(other))
    #expect(attempt.refusal?.message.hasPrefix("failed to complete challenge; ") == true)
    #expect(attempt.refusal?.reason == .accessDenied)
    #expect(attempt.refusal?.locksToken == false)
    let event = try #require(attempt.event("recovery"))
    #expect(event["success"]?.bool == false)
    #expect(event["public_key"]?.string == key.publicKey.authorizedKey, "the one asked for")
    #expect(cluster.status == before)
  }

  @Test("standard first", arguments: Build.available)
  func standardFirst(build: Build) async throws {
    let cluster = try await cluster(build, mode: "standard", limit: 1, initialKey: key)
    let client = KeyClient(key)
    let attempt = try await cluster.join(client)
    #expect(attempt.joined)
    let state = try Token.claims(try #require(client.result[2]))
    #expect(state["iss"]?.string == "example.com" && state["aud"]?.string == "example.com")
    #expect(state["sub"]?.string == "test" && state["exp"] == nil)
    #expect(state["bot_instance_id"]?.string == attempt.instance)
    #expect(state["recovery_sequence"]?.int64 == 1 && state["recovery_limit"]?.int64 == 1)
    #expect(state["recovery_mode"]?.string == "standard")
    #expect(state["iat"]?.int64 == cluster.clock.now)
    #expect(state["nbf"]?.int64 == cluster.clock.now - 10)
  }

  @Test("registration", arguments: Build.available)
  func registration(build: Build) async throws {
    let cluster = try await cluster(build, secret: "s")
    #expect(cluster.status["registration_secret"]?.string == "s")
    let client = KeyClient(key)
    client.secret = "s"
    client.offers = [key]
    let attempt = try await cluster.join(client)
    #expect(attempt.joined && attempt.rotations == 1 && attempt.challenges == 1)
    #expect(client.requestedSuites == ["balanced-v1"])
    #expect(cluster.status["registration_secret"] == nil)
    #expect(cluster.status["last_rotated_at"] == nil)
    #expect(cluster.status["bound_public_key"]?.string == key.publicKey.authorizedKey)
  }

  @Test("registration, wrong", arguments: Build.available)
  func registrationWrong(build: Build) async throws {
    for secret in ["t", "", "S", "ss", "s\u{0}"] {
      let cluster = try await cluster(build, secret: "s")
      let client = KeyClient(key)
      client.secret = secret
      client.offers = [key]
      let attempt = try await cluster.join(client)
      #expect(
        attempt.refusal?.message.hasPrefix("a valid registration secret is required") == true)
      #expect(attempt.refusal?.reason == .accessDenied)
      #expect(attempt.challenges == 0 && attempt.rotations == 0)
    }
  }

  @Test("registration, wrong vs generated", arguments: Build.available)
  func registrationWrongVersusGenerated(build: Build) async throws {
    let cluster = try await cluster(build)
    let secret = try #require(cluster.status["registration_secret"]?.string)
    #expect(secret.utf8.count == 32 && secret.allSatisfy { $0.isHexDigit && !$0.isUppercase })
    let client = KeyClient(key)
    client.secret = "t"
    let attempt = try await cluster.join(client)
    #expect(attempt.refusal?.message.hasPrefix("a valid registration secret is required") == true)
    client.secret = secret
    client.offers = [key]
    #expect(try await cluster.join(client).joined)
  }

  @Test("registration, late", arguments: Build.available)
  func registrationLate(build: Build) async throws {
    let cluster = try await cluster(build, secret: "s")
    cluster.spec = cluster.spec.with(
      "onboarding.must_register_before", .text("2030-01-01T00:59:59Z"))
    let client = KeyClient(key)
    client.secret = "s"
    client.offers = [key]
    let attempt = try await cluster.join(client)
    #expect(attempt.refusal?.message.hasPrefix("a valid registration secret is required") == true)
    #expect(attempt.refusal?.audit.hasSuffix("must_register_before has passed") == true)
    #expect(attempt.challenges == 0 && attempt.rotations == 0)
    cluster.clock.now -= 1
    #expect(try await cluster.join(client).joined)
  }

  @Test("registration vs initial key", arguments: Build.available)
  func registrationVersusInitialKey(build: Build) async throws {
    let cluster = try await cluster(build, initialKey: key, secret: "s")
    #expect(cluster.status["registration_secret"] == nil)
    let client = KeyClient(other)
    client.secret = "s"
    client.offers = [other]
    let attempt = try await cluster.join(client)
    #expect(attempt.refusal?.message.hasPrefix("failed to complete challenge; ") == true)
    #expect(attempt.rotations == 0)
  }
}
