import Credentials
import Documents
import PluginHost
import Testing

/// Everything a client can send to the authority half.
@Suite("hostile client") struct HostileClientTests {
  private let key: PrivateKey

  init() throws { key = try PrivateKey.generate(.ed25519) }

  /// Refused with a reason that fits a status message; nothing is committed, nothing locked.
  private func expectRefused(
    _ action: VerifyAction, _ what: @autoclosure () -> String = "",
    location: SourceLocation = #_sourceLocation
  ) {
    guard case .refuse(let refusal) = action.kind else {
      Issue.record("not refused: \(what())", sourceLocation: location)
      return
    }
    #expect(!refusal.message.isEmpty && refusal.message.utf8.count < 1000, sourceLocation: location)
    #expect(!refusal.message.utf8.contains { $0 < 0x20 }, sourceLocation: location)
    #expect(!refusal.locksToken, sourceLocation: location)
  }

  private func parameters(
    _ cluster: Cluster, initMessage: [UInt8] = []
  ) -> VerifyParameters {
    VerifyParameters(
      tokenName: "example", botName: "test", spec: JSON.serialize(cluster.spec),
      status: JSON.serialize(cluster.status), role: "Bot", initMessage: initMessage, instanceID: "",
      lockMessage: "")
  }

  @Test("a broken init message never passes the secret", arguments: Build.available)
  func initMessages(build: Build) async throws {
    let cluster = try Cluster(build)
    cluster.status = .object([("registration_secret", .text("s3cret"))])
    let verifier = try await build.verifier(cluster.services)
    let good = Proto.field(2, "s3cret") + Proto.field(3, "")
    for message in Hostile.variants(of: good) + Hostile.random(200, seed: 11)
      + [Proto.field(2, "s3cret") + Proto.field(2, "other")]
    where Proto.text(message, 2) != "s3cret" || Hostile.messages.contains(message) {
      expectRefused(
        try await verifier.begin(parameters(cluster, initMessage: message)), "\(message)")
    }
    let repeated = Proto.field(2, "other") + Proto.field(2, "s3cret")
    guard
      case .challenge(2, _) = try await verifier.begin(
        parameters(cluster, initMessage: repeated)
      ).kind
    else {
      Issue.record("the last value of a repeated field counts")
      return
    }
  }

  @Test("a broken solution is refused", arguments: Build.available)
  func solutions(build: Build) async throws {
    let cluster = try Cluster.bound(build, to: key)
    let verifier = try await build.verifier(cluster.services)
    let client = KeyClient(key)
    var good: [UInt8] = []
    client.replace = {
      good = Proto.field(1, $0)
      return $0
    }
    _ = try await cluster.join(client)
    for message in Hostile.variants(of: good) + Hostile.random(200, seed: 12) {
      _ = try await verifier.begin(parameters(cluster))
      expectRefused(try await verifier.step(1, message), "\(message)")
    }
  }

  @Test("a JWS that is not exactly the signature asked for is refused", arguments: Build.available)
  func tokens(build: Build) async throws {
    var good: [UInt8] = []
    let cluster = try Cluster.bound(build, to: key)
    let client = KeyClient(key)
    client.replace = {
      good = $0
      return $0
    }
    #expect(try await cluster.join(client).joined)
    for (index, token) in Hostile.tokens(from: good).enumerated() {
      let attempt = try await cluster.join(Replaying(key, { _ in [UInt8](token.utf8) }))
      #expect(!attempt.joined && attempt.refusal?.message.isEmpty == false, "token \(index)")
    }
  }

  @Test("headers that lie about the signature are refused", arguments: Build.available)
  func headers(build: Build) async throws {
    for header in [
      #"{"alg":"none"}"#, #"{"alg":"ES256"}"#, #"{"alg":"RS256"}"#, #"{"alg":"HS256"}"#,
      #"{"alg":"EdDSA","crit":["b64"],"b64":false}"#, #"{"alg":"EdDSA","crit":[]}"#,
      #"{"alg":"EdDSA","alg":"EdDSA"}"#, #"{"alg":"EdDSA "}"#, #"{"alg":null}"#, "{}", "[]",
    ] {
      let cluster = try Cluster.bound(build, to: key)
      let attempt = try await cluster.join(
        Replaying(key) { try Token.sign($0, with: key, header: header) })
      #expect(!attempt.joined, "\(header)")
    }
    let cluster = try Cluster.bound(build, to: key)
    let honest = Replaying(key) {
      try Token.sign($0, with: key, header: #"{"alg":"EdDSA","kid":"ignored","x":[1]}"#)
    }
    #expect(try await cluster.join(honest).joined)
  }

  @Test("well-signed claims that are no claims are refused", arguments: Build.available)
  func claims(build: Build) async throws {
    for document in Hostile.documents {
      let cluster = try Cluster.bound(build, to: key)
      let attempt = try await cluster.join(
        Replaying(key) { _ in try Token.sign([UInt8](document.utf8), with: key) })
      #expect(!attempt.joined, "\(document.prefix(40))")
    }
    for claim in ["exp", "nbf", "iat"] {
      for value in [
        "9223372036854775807", "-9223372036854775808", "9223372036854775808", "1e400", "1.5",
        "\"1\"", "null", "[]", String(repeating: "9", count: 4000),
      ] {
        let cluster = try Cluster.bound(build, to: key)
        let attempt = try await cluster.join(
          Replaying(key) {
            let forged = try JSON.parse($0).setting(claim, .text("@"))
            let text = String(decoding: JSON.serialize(forged), as: UTF8.self)
            return try Token.sign([UInt8](text.replacing("\"@\"", with: value).utf8), with: key)
          })
        #expect(!attempt.joined, "\(claim) \(value.prefix(30))")
      }
    }
  }

  @Test("an offered key that is none is refused", arguments: Build.available)
  func offeredKeys(build: Build) async throws {
    let cluster = try Cluster(build)
    cluster.status = .object([("registration_secret", .text("s"))])
    let verifier = try await build.verifier(cluster.services)
    let start = Proto.field(2, "s")
    let line = [UInt8](key.publicKey.authorizedKey.utf8)
    let lines =
      Hostile.random(100, seed: 13)
      + [
        "", "ssh-ed25519", "ssh-ed25519 AAAA", "ssh-rsa AAAA", "ssh-ed25519 !!!!", "\0",
        "ssh-ed25519\n" + key.publicKey.authorizedKey, key.pem,
        String(repeating: "A", count: 60_000),
      ].map { [UInt8]($0.utf8) }
    for message in lines.map({ Proto.field(1, $0) }) + Hostile.messages
      + (0..<line.count).map({ Proto.field(1, Array(line.prefix($0))) })
    {
      _ = try await verifier.begin(parameters(cluster, initMessage: start))
      expectRefused(try await verifier.step(2, message), "\(message.prefix(90))")
    }
  }

  @Test("answers out of turn are refused, and an answer counts once", arguments: Build.available)
  func outOfTurn(build: Build) async throws {
    let cluster = try Cluster.bound(build, to: key)
    let verifier = try await build.verifier(cluster.services)
    for field in [0, 2, 3, 5, .max] as [UInt32] {
      _ = try await verifier.begin(parameters(cluster))
      expectRefused(try await verifier.step(field, []), "\(field)")
    }
    let opened = try await verifier.begin(parameters(cluster))
    guard case .challenge(_, let message) = opened.kind else { return }
    let answer = try KeyClient(key).step(1, message)
    expectRefused(try await verifier.step(1, Proto.field(1, "a.b.c")))
    expectRefused(try await verifier.step(1, answer.1), "the challenge was used up")
  }

  @Test("a hostile join state is refused and locks, whatever it is", arguments: Build.available)
  func joinStates(build: Build) async throws {
    let cluster = try Cluster.bound(build, to: key, mode: "standard", count: 1, limit: 9)
    let good = try cluster.joinState(sequence: 1, instance: "asdf")
    for (index, token) in Hostile.tokens(from: good).enumerated() where !token.isEmpty {
      let client = KeyClient(key)
      client.joinState = [UInt8](token.utf8)
      let attempt = try await cluster.join(client)
      #expect(attempt.refusal != nil, "token \(index)")
      cluster.locks = []
    }
    for document in Hostile.documents {
      let client = KeyClient(key)
      client.joinState = try Token.sign(
        [UInt8](document.utf8), with: cluster.authority.active,
        keyID: cluster.authority.active.publicKey.keyID)
      let refusal = try #require(try await cluster.join(client).refusal)
      // Over 64 KiB it is no message any more, and nobody's join state.
      #expect(refusal.locksToken == (client.joinState.count < 65_000), "\(document.prefix(40))")
      cluster.locks = []
    }
  }

  /// A client that answers challenges with what a test makes of the document.
  private final class Replaying: Client {
    private let answer: ([UInt8]) throws -> [UInt8]

    init(_ key: PrivateKey, _ answer: @escaping ([UInt8]) throws -> [UInt8]) {
      self.answer = answer
    }

    func begin(suite: String) -> [UInt8] { [] }
    func step(_ field: UInt32, _ message: [UInt8]) throws -> (UInt32, [UInt8]) {
      (1, Proto.field(1, try answer(Proto.read(message)[2] ?? [])))
    }
    func finish(_ result: [UInt8]) {}
    func abort() {}
  }
}
