import Credentials
import Documents
import PluginHost
import Testing

/// The rows of the document conformance table about the challenge, and the ways to answer it wrongly.
@Suite("challenge") struct ChallengeTests {
  private let key: PrivateKey

  init() throws { key = try PrivateKey.generate(.ed25519) }

  /// One recovery by a client that is prepared in some way.
  private func attempt(
    _ build: Build, _ prepare: (KeyClient, Cluster) throws -> Void
  ) async throws -> Cluster.Attempt {
    let cluster = try Cluster.bound(build, to: key)
    let client = KeyClient(key)
    try prepare(client, cluster)
    return try await cluster.join(client)
  }

  private func expectRefusal(
    _ build: Build, _ message: String, _ reason: VerifyRefusal.Class,
    _ prepare: (KeyClient, Cluster) throws -> Void
  ) async throws {
    let attempt = try await attempt(build, prepare)
    let text = attempt.refusal?.message ?? "joined"
    #expect(text.hasPrefix("validating challenge response: ") && text.contains(message), "\(text)")
    #expect(attempt.refusal?.reason == reason)
  }

  @Test("challenge issued", arguments: Build.available)
  func challengeIssued(build: Build) async throws {
    let cluster = try Cluster.bound(build, to: key)
    let client = KeyClient(key)
    _ = try await cluster.join(client)
    _ = try await cluster.join(client)
    let claims = try #require(client.challenges.first)
    #expect(
      claims.members?.map(\.key) == ["iss", "sub", "aud", "exp", "nbf", "iat", "nonce"])
    #expect(claims["iss"]?.string == "example.com" && claims["aud"]?.string == "example.com")
    #expect(claims["sub"]?.string == key.publicKey.keyID)
    #expect(claims["iat"]?.int64 == cluster.clock.now)
    #expect(claims["exp"]?.int64 == cluster.clock.now + 60)
    #expect(claims["nbf"]?.int64 == cluster.clock.now - 10)
    #expect(claims["nonce"]?.string?.utf8.count == 32)
  }

  @Test("two challenges never have the same nonce")
  func noncesDiffer() async throws {
    let cluster = try Cluster.bound(.source, to: key)
    cluster.spec = cluster.spec.setting("rotate_after", .text("2030-01-01T00:00:00Z"))
    let client = KeyClient(key)
    client.offers = [try PrivateKey.generate(.ed25519)]
    _ = try await cluster.join(client)
    #expect(client.challenges.count == 2)
    #expect(client.challenges[0]["nonce"] != client.challenges[1]["nonce"])
  }

  @Test("correct answer", arguments: Build.available, KeyAlgorithm.allCases)
  func correctAnswer(build: Build, algorithm: KeyAlgorithm) async throws {
    let key = try PrivateKey.generate(algorithm)
    let cluster = try Cluster.bound(build, to: key)
    #expect(try await cluster.join(KeyClient(key)).joined)
    #expect(cluster.boundKey == key.publicKey.authorizedKey)
  }

  @Test("signed by another key", arguments: Build.available)
  func signedByAnotherKey(build: Build) async throws {
    let others = try KeyAlgorithm.allCases.map { try PrivateKey.generate($0) }
    for other in others {
      try await expectRefusal(build, "the signature does not verify", .unknown) { client, _ in
        client.signers = [other]
      }
    }
  }

  @Test("clock + 10 min", arguments: Build.available)
  func clockTenMinutesOn(build: Build) async throws {
    try await expectRefusal(build, "token is expired", .unknown) { client, cluster in
      let clock = cluster.clock
      client.replace = {
        clock.now += 600
        return $0
      }
    }
  }

  @Test("the leeway ends after exactly 60 seconds", arguments: Build.available)
  func leeway(build: Build) async throws {
    for (seconds, joins) in [(120, true), (121, false), (-60, true), (-61, false)]
      as [(Int64, Bool)]
    {
      let attempt = try await attempt(build) { client, cluster in
        let clock = cluster.clock
        client.replace = {
          clock.now += seconds
          return $0
        }
      }
      #expect(attempt.joined == joins, "\(seconds)")
    }
  }

  @Test("clock - 100 s", arguments: Build.available)
  func clockBack(build: Build) async throws {
    try await expectRefusal(build, "token not valid yet", .unknown) { client, cluster in
      let clock = cluster.clock
      client.replace = {
        clock.now -= 100
        return $0
      }
    }
  }

  @Test("iat, exp or nbf altered then signed", arguments: Build.available)
  func timesAltered(build: Build) async throws {
    for claim in ["iat", "exp", "nbf"] {
      try await expectRefusal(build, "invalid challenge document", .accessDenied) { client, _ in
        client.forge = { $0.setting(claim, .integer(($0[claim]?.int64 ?? 0) + 1)) }
      }
      try await expectRefusal(build, "invalid challenge document", .accessDenied) { client, _ in
        client.forge = { $0.removing(claim) }
      }
    }
  }

  @Test("nonce altered", arguments: Build.available)
  func nonceAltered(build: Build) async throws {
    for nonce in [Node.text(""), .text(String(repeating: "0", count: 32)), .integer(1), .null] {
      try await expectRefusal(build, "invalid nonce", .accessDenied) { client, _ in
        client.forge = { $0.setting("nonce", nonce) }
      }
    }
  }

  @Test("sub, iss, aud altered", arguments: Build.available)
  func namesAltered(build: Build) async throws {
    for (claim, message) in [
      ("sub", "invalid subject claim"), ("iss", "invalid issuer claim"),
      ("aud", "invalid audience claim"),
    ] {
      for value in [Node.text("other"), .null, .integer(1), .array([])] {
        try await expectRefusal(build, message, .unknown) { client, _ in
          client.forge = { $0.setting(claim, value) }
        }
      }
    }
  }

  @Test("an answer recorded on another join is refused", arguments: Build.available)
  func replay(build: Build) async throws {
    let cluster = try Cluster.bound(build, to: key)
    cluster.spec = cluster.spec.setting("rotate_after", .text("2030-01-01T00:00:00Z"))
    var recorded: [UInt8] = []
    let honest = KeyClient(key)
    honest.replace = {
      recorded = $0
      return $0
    }
    let asked = try await cluster.join(honest)
    #expect(asked.rotations == 1 && !recorded.isEmpty)
    // The same second and the same key: only the nonce tells the two challenges apart.
    let thief = KeyClient(try PrivateKey.generate(.ed25519))
    thief.replace = { _ in recorded }
    let attempt = try await cluster.join(thief)
    #expect(
      attempt.refusal?.message.hasPrefix("validating challenge response: invalid nonce; ") == true)
  }
}
