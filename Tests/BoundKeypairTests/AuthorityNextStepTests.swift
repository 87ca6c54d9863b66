import Credentials
import Documents
import PluginHost
import Testing

/// Every refusal of the authority names a next step: what the person who reads it has to do or to type.
@Suite("next steps, authority") struct AuthorityNextStepTests {
  private let key: PrivateKey
  private let other: PrivateKey

  init() throws {
    key = try PrivateKey.generate(.ed25519)
    other = try PrivateKey.generate(.ed25519)
  }

  /// A refusal: the words clients of the protocol look for, and the next step.
  private struct Refused {
    let words: String
    let next: [String]
    let join: (Cluster) async throws -> Cluster.Attempt

    init(
      _ words: String, _ next: String...,
      join: @escaping (Cluster) async throws -> Cluster.Attempt
    ) {
      (self.words, self.next, self.join) = (words, next, join)
    }
  }

  /// Each refusal by how it comes about; the cluster's token is bound to `key` and the instance `i`.
  private var refusals: [Refused] {
    let (key, other) = (key, other)
    let recovery = Node.object([("mode", .text("standard")), ("limit", .integer(9))])
    func standard(_ cluster: Cluster, count: Int64, limit: Int64 = 9) {
      cluster.spec = .object([("recovery", recovery.setting("limit", .integer(limit)))])
      cluster.status = cluster.status.setting("recovery_count", .integer(count))
    }
    func rotating(_ cluster: Cluster, offers: [PrivateKey]) async throws -> Cluster.Attempt {
      cluster.spec = cluster.spec.setting("rotate_after", .text("2030-01-01T00:30:00Z"))
      let client = KeyClient(key)
      client.offers = offers
      return try await cluster.join(client)
    }
    func registering(
      _ cluster: Cluster, _ secret: String, offers: [PrivateKey] = []
    ) async throws -> Cluster.Attempt {
      cluster.status = .object([("registration_secret", .text("s"))])
      let client = KeyClient(key)
      (client.secret, client.offers) = (secret, offers)
      return try await cluster.join(client)
    }
    let recover = "`tctl bound-keypair recover example`"
    let required = "a valid registration secret is required"
    let secretStep = "`tctl get token/example`"
    return [
      Refused("failed to complete challenge", "`tctl edit token/example`", "`keypair create`") {
        $0.status = .object([])
        $0.spec = $0.spec.with(
          "onboarding.initial_public_key", .text(key.publicKey.authorizedKey))
        return try await $0.join(KeyClient(other))
      },
      Refused(
        "validating challenge response",
        "`tctl bound-keypair recover example --public-key LINE`",
        "`tctl bound-keypair unbind example`"
      ) { try await $0.join(KeyClient(other)) },
      Refused("validating challenge response: the client gave up: ", "id_bkp.pub") {
        try await $0.join(Odd(fails: true))
      },
      Refused(required, secretStep) { try await registering($0, "t") },
      Refused(required, secretStep) { try await registering($0, "") },
      Refused(required, secretStep) {
        $0.spec = $0.spec.with(
          "onboarding.must_register_before", .text("2030-01-01T00:30:00Z"))
        return try await registering($0, "s")
      },
      Refused(
        "either an initial public key or registration secret is required",
        "`tctl bound-keypair unbind example`"
      ) {
        $0.status = .object([])
        return try await $0.join(KeyClient(key))
      },
      Refused("requesting public key: ", "mend the client") { try await registering($0, "s") },
      Refused("requesting public key: ", "mend the client") {
        try await registering($0, "s", offers: [other])
      },
      Refused("only supported for bots", "another method") {
        $0.role = "Instance"
        return try await $0.join(KeyClient(key))
      },
      Refused("invalid recovery mode", "`tctl bound-keypair set example --mode standard`") {
        $0.spec = $0.spec.with("recovery.mode", .text("lenient"))
        return try await $0.join(KeyClient(key))
      },
      Refused("cannot perform first bound keypair join with existing credentials", "remove") {
        $0.status = .object([("registration_secret", .text("s"))])
        return try await $0.join(KeyClient(key), certificate: "i")
      },
      Refused(
        "bad backend state", "`tctl edit token/example`", "`tctl bound-keypair unbind example`"
      ) {
        $0.status = $0.status.removing("bound_bot_instance_id")
        return try await $0.join(KeyClient(key))
      },
      Refused("bad backend state", "`tctl edit token/example`") {
        $0.spec = $0.spec.with("recovery.limit", .text("many"))
        return try await $0.join(KeyClient(key))
      },
      Refused("as many joins as it can", "`tctl create`") {
        $0.status = $0.status.setting("recovery_count", .integer(4_294_967_295))
        return try await $0.join(KeyClient(key))
      },
      // A limit that was lowered below the count has to be raised above the count.
      Refused(
        "no recovery attempts remaining", "`tctl bound-keypair set example --limit 6`"
      ) {
        standard($0, count: 5, limit: 2)
        return try await $0.join(KeyClient(key))
      },
      Refused("no recovery attempts remaining", "`tctl bound-keypair set example --limit 1`") {
        standard($0, count: 0, limit: 0)
        return try await registering($0, "s")
      },
      Refused("join state verification failed", recover) {
        standard($0, count: 2)
        return try await $0.join(KeyClient(key))
      },
      Refused("join state verification failed", recover, "another name") {
        standard($0, count: 2)
        let client = KeyClient(key)
        client.joinState = try $0.joinState(sequence: 1, instance: "i")
        return try await $0.join(client)
      },
      Refused("join state verification failed", recover, "another name") {
        standard($0, count: 2)
        let client = KeyClient(key)
        client.joinState = [UInt8]("asdf".utf8)
        return try await $0.join(client)
      },
      Refused("bot instance mismatch", recover) {
        $0.status = $0.status.setting("recovery_count", .integer(1))
        return try await $0.join(KeyClient(key), certificate: "j")
      },
      Refused("for insiders", "`tctl lock ls`") {
        $0.locks = ["for insiders"]
        return try await $0.join(KeyClient(key))
      },
      Refused("requesting a new public key: ", "`tctl edit token/example`") {
        try await rotating($0, offers: [])
      },
      Refused("requesting a new public key: ", "`tctl edit token/example`") {
        try await rotating($0, offers: [other])
      },
      Refused("public key may not be reused after rotation", "update or mend the client") {
        try await rotating($0, offers: [key])
      },
      Refused("a message of an unexpected type", "update the client") {
        try await $0.join(Odd(answers: (2, [])))
      },
      Refused("a message of the peer ", "update") {
        try await $0.join(Odd(answers: (1, [0x0A, 0x05])))
      },
      Refused("a message of the peer ", "update") {
        $0.status = .object([("registration_secret", .text("s"))])
        return try await $0.join(Odd(begins: [0x0A, 0x05]))
      },
    ]
  }

  @Test("every refusal of the authority names a next step", arguments: Build.available)
  func authority(build: Build) async throws {
    for refused in refusals {
      let cluster = try Cluster.bound(build, to: key, instance: "i")
      let refusal = try #require(try await refused.join(cluster).refusal, "\(refused.words)")
      #expect(refusal.message.contains(refused.words), "\(refusal.message)")
      for next in refused.next { #expect(refusal.message.contains(next), "\(refusal.message)") }
      #expect(!refusal.audit.isEmpty && !refusal.message.hasSuffix("."))
    }
  }

  /// A client that says what it is told to.
  private final class Odd: Client {
    private let start: [UInt8]
    private let answer: (UInt32, [UInt8])?

    init(begins start: [UInt8] = [], answers answer: (UInt32, [UInt8])? = nil, fails: Bool = false)
    {
      self.start = start
      self.answer = fails ? nil : answer
    }

    func begin(suite: String) -> [UInt8] { start }
    func step(_ field: UInt32, _ message: [UInt8]) throws -> (UInt32, [UInt8]) {
      guard let answer else { throw KeyClient.GaveUp() }
      return answer
    }
    func finish(_ result: [UInt8]) {}
    func abort() {}
  }
}
