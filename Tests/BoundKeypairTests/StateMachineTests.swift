import Credentials
import Documents
import PluginHost
import Testing

/// What the protocol says of the order of checks, and of when a join state is wanted at all.
@Suite("state machine") struct StateMachineTests {
  private let key: PrivateKey

  init() throws { key = try PrivateKey.generate(.ed25519) }

  @Test("a token with neither a key nor a secret says so", arguments: Build.available)
  func nothingToProve(build: Build) async throws {
    let attempt = try await Cluster(build).join(KeyClient(key))
    #expect(
      attempt.refusal?.message.hasPrefix(
        "either an initial public key or registration secret is required") == true)
    #expect(attempt.refusal?.reason == .badParameter && attempt.challenges == 0)
  }

  @Test("a first join reads no join state", arguments: Build.available)
  func firstJoinIgnoresState(build: Build) async throws {
    let cluster = try Cluster(build)
    cluster.spec = .object([
      ("onboarding", .object([("initial_public_key", .text(key.publicKey.authorizedKey))])),
      ("recovery", .object([("mode", .text("standard")), ("limit", .integer(2))])),
    ])
    cluster.status = .object([("recovery_count", .integer(1))])
    let client = KeyClient(key)
    client.joinState = [UInt8]("asdf".utf8)
    #expect(try await cluster.join(client).joined)
    #expect(cluster.locks.isEmpty)
  }

  @Test(
    "a lock stops a first join after its proof, and nothing is bound", arguments: Build.available)
  func lockedFirstJoin(build: Build) async throws {
    let cluster = try Cluster(build)
    cluster.status = .object([("registration_secret", .text("s"))])
    cluster.locks = ["locked by the administrator"]
    let before = cluster.status
    let client = KeyClient(key)
    client.secret = "s"
    client.offers = [key]
    let attempt = try await cluster.join(client)
    #expect(attempt.refusal?.message.hasPrefix("locked by the administrator; ") == true)
    #expect(attempt.refusal?.reason == .accessDenied)
    #expect(attempt.challenges == 1 && attempt.events.isEmpty && cluster.status == before)
    client.secret = "t"
    let stranger = try await cluster.join(client)
    #expect(stranger.refusal?.message.contains("locked") == false)
  }

  @Test("a rejoin wants the join state too, except in mode insecure", arguments: Build.available)
  func rejoinWantsState(build: Build) async throws {
    for (mode, joins) in [("standard", false), ("relaxed", false), ("insecure", true)] {
      let cluster = try Cluster.bound(build, to: key, mode: mode, count: 1, limit: 1)
      let attempt = try await cluster.join(KeyClient(key), certificate: "asdf")
      #expect(attempt.joined == joins, "\(mode)")
      #expect(cluster.locks.isEmpty && attempt.events.isEmpty)
    }
  }

  @Test("a counter set back to 0 lets a bot in without a join state", arguments: Build.available)
  func counterSetBack(build: Build) async throws {
    for certificate in ["", "asdf"] {
      let cluster = try Cluster.bound(build, to: key, mode: "standard", count: 0, limit: 1)
      let client = KeyClient(key)
      client.joinState = [UInt8]("asdf".utf8)
      #expect(try await cluster.join(client, certificate: certificate).joined)
      #expect(cluster.locks.isEmpty)
    }
  }

  @Test(
    "a rejoin returns a new join state, and the one before stays good until that is confirmed",
    arguments: Build.available)
  func statesOfOneRecovery(build: Build) async throws {
    let cluster = try Cluster.bound(build, to: key, mode: "standard", count: 1, limit: 9)
    let older = try cluster.joinState(sequence: 1, instance: "asdf")
    let client = KeyClient(key)
    client.joinState = older
    var newer: [UInt8] = []
    for _ in 0..<3 {
      cluster.clock.now += 60
      #expect(try await cluster.join(client, certificate: "asdf").joined)
      newer = try #require(client.result[2])
      #expect(newer != older)
      #expect(try Token.claims(newer)["iat"]?.int64 == cluster.clock.now)
      #expect(try Token.claims(newer)["recovery_sequence"]?.int64 == 1)
    }
    #expect(try Token.claims(newer)["serial"]?.int64 == 3)
    let unconfirmed = cluster.status
    #expect(try await cluster.join(client).joined, "the older one recovers")
    #expect(try await cluster.join(client).joined, "and again: nothing was confirmed")
    cluster.status = unconfirmed
    client.joinState = newer
    #expect(try await cluster.join(client).joined)
    client.joinState = older
    #expect(try await cluster.join(client).refusal?.locksToken == true)
  }

  @Test("a join state repeats the mode as the token has it", arguments: Build.available)
  func modeIsVerbatim(build: Build) async throws {
    let cluster = try Cluster.bound(build, to: key, mode: "", count: 1, limit: 7)
    let client = KeyClient(key)
    client.joinState = try cluster.joinState(sequence: 1, instance: "asdf")
    #expect(try await cluster.join(client).joined)
    let claims = try Token.claims(try #require(client.result[2]))
    #expect(claims["recovery_mode"]?.string == "" && claims["recovery_limit"]?.int64 == 7)
  }

  @Test("a rotation comes after the join state, never before", arguments: Build.available)
  func rotationComesLast(build: Build) async throws {
    let cluster = try Cluster.bound(build, to: key, mode: "standard", count: 1, limit: 9)
    cluster.spec = cluster.spec.setting("rotate_after", .text("2030-01-01T00:30:00Z"))
    let client = KeyClient(key)
    client.offers = [try PrivateKey.generate(.ed25519)]
    client.joinState = [UInt8]("asdf".utf8)
    let attempt = try await cluster.join(client)
    #expect(attempt.refusal?.locksToken == true && attempt.rotations == 0)
    #expect(cluster.boundKey == key.publicKey.authorizedKey)
  }

  @Test(
    "the limit is looked at before the lock, the lock before the state", arguments: Build.available)
  func orderOfRefusals(build: Build) async throws {
    let cluster = try Cluster.bound(build, to: key, mode: "standard", count: 2, limit: 2)
    cluster.locks = ["locked"]
    let client = KeyClient(key)
    client.joinState = [UInt8]("asdf".utf8)
    #expect(try await cluster.join(client).refusal?.message.hasPrefix("no recovery") == true)
    cluster.spec = cluster.spec.with("recovery.limit", .integer(3))
    #expect(try await cluster.join(client).refusal?.message.hasPrefix("locked; ") == true)
    cluster.locks = []
    #expect(try await cluster.join(client).refusal?.locksToken == true)
  }

  @Test(
    "a spec that cannot be read admits nobody, and the audit log names the field",
    arguments: Build.available)
  func unreadableSpec(build: Build) async throws {
    for (path, value) in [
      ("onboarding.must_register_before", Node.text("soon")), ("recovery.limit", .text("many")),
      ("rotate_after", .integer(1)), ("onboarding.initial_public_key", .array([])),
      ("onboarding", .text("x")), ("recovery", .null), ("surprise", .flag(true)),
    ] {
      for isBound in [false, true] {
        let cluster = try Cluster.bound(build, to: key, instance: "i")
        if !isBound { cluster.status = .object([("registration_secret", .text("s"))]) }
        cluster.spec = cluster.spec.with(path, value)
        let client = KeyClient(key)
        client.secret = "s"
        client.offers = [key]
        let attempt = try await cluster.join(client)
        #expect(
          attempt.refusal?.message.hasPrefix("bad backend state, please recreate the join token; ")
            == true, "\(path)"
        )
        #expect(attempt.refusal?.audit.contains(path) == true && attempt.challenges == 0)
      }
    }
  }
}
