import Credentials
import Documents
import PluginHost
import Testing

/// The rows of the conformance table about key rotation.
@Suite("key rotation") struct RotationTests {
  private let key: PrivateKey
  private let second: PrivateKey

  init() throws {
    key = try PrivateKey.generate(.ed25519)
    second = try PrivateKey.generate(.ed25519)
  }

  /// A bound token with these times, as minutes after the start; the clock stands at 60.
  private func cluster(_ build: Build, after: Int64, last: Int64? = nil) throws -> Cluster {
    let cluster = try Cluster.bound(build, to: key)
    func text(_ minutes: Int64) -> Node {
      .text("2030-01-01T0\(minutes / 60):\(minutes % 60 < 10 ? "0" : "")\(minutes % 60):00Z")
    }
    cluster.spec = cluster.spec.setting("rotate_after", text(after))
    if let last { cluster.status = cluster.status.setting("last_rotated_at", text(last)) }
    return cluster
  }

  private func client() -> KeyClient {
    let client = KeyClient(key, second)
    client.offers = [second]
    return client
  }

  @Test("first rotation", arguments: Build.available)
  func firstRotation(build: Build) async throws {
    let cluster = try cluster(build, after: 30)
    let client = client()
    let attempt = try await cluster.join(client)
    #expect(attempt.joined && attempt.challenges == 2 && attempt.rotations == 1)
    #expect(cluster.boundKey == second.publicKey.authorizedKey)
    #expect(cluster.status["last_rotated_at"]?.string == "2030-01-01T01:00:00Z")
    #expect(client.result[3] == [UInt8](second.publicKey.authorizedKey.utf8))
    let event = try #require(attempt.event("rotation"))
    #expect(event["success"]?.bool == true)
    #expect(event["previous_public_key"]?.string == key.publicKey.authorizedKey)
    #expect(event["public_key"]?.string == second.publicKey.authorizedKey)
    let again = try await cluster.join(KeyClient(second))
    #expect(again.joined && again.rotations == 0)
  }

  @Test("rotation not due", arguments: Build.available)
  func rotationNotDue(build: Build) async throws {
    let attempt = try await cluster(build, after: 61).join(client())
    #expect(attempt.joined && attempt.rotations == 0)
  }

  @Test("a rotation is due from its very second on", arguments: Build.available)
  func rotationDueNow(build: Build) async throws {
    #expect(try await cluster(build, after: 60).join(client()).rotations == 1)
    #expect(try await cluster(build, after: 60, last: 60).join(client()).rotations == 0)
  }

  @Test("second rotation", arguments: Build.available)
  func secondRotation(build: Build) async throws {
    let cluster = try cluster(build, after: 10, last: 0)
    let attempt = try await cluster.join(client())
    #expect(attempt.rotations == 1 && cluster.boundKey == second.publicKey.authorizedKey)
  }

  @Test("second not due", arguments: Build.available)
  func secondNotDue(build: Build) async throws {
    let attempt = try await cluster(build, after: 10, last: 20).join(client())
    #expect(attempt.joined && attempt.rotations == 0)
  }

  @Test("rotation refused by client", arguments: Build.available)
  func refusedByClient(build: Build) async throws {
    let cluster = try cluster(build, after: 30)
    let client = client()
    client.offers = []
    let attempt = try await cluster.join(client)
    #expect(attempt.refusal?.message.hasPrefix("requesting a new public key: ") == true)
    #expect(attempt.refusal?.message.contains("no new key can be made") == true)
    #expect(attempt.event("rotation")?["success"]?.bool == false)
    #expect(cluster.boundKey == key.publicKey.authorizedKey && client.result.isEmpty)
  }

  @Test("rotation reuse", arguments: Build.available)
  func reuse(build: Build) async throws {
    let cluster = try cluster(build, after: 30)
    let client = KeyClient(key, key)
    client.offers = [key]
    let attempt = try await cluster.join(client)
    #expect(
      attempt.refusal?.message.contains("public key may not be reused after rotation; ") == true)
    #expect(attempt.refusal?.reason == .badParameter)
    #expect(attempt.challenges == 2 && attempt.rotations == 1)
    #expect(attempt.event("rotation")?["success"]?.bool == false)
  }

  @Test("the bound key in another spelling is still the bound key", arguments: Build.available)
  func reuseInAnotherForm(build: Build) async throws {
    for text in [key.publicKey.authorizedKey + " a comment", key.publicKey.pem] {
      let cluster = try cluster(build, after: 30)
      let client = Offering(key, line: text)
      let attempt = try await cluster.join(client)
      #expect(attempt.refusal?.message.contains("reused after rotation") == true, "\(text)")
      #expect(cluster.boundKey == key.publicKey.authorizedKey)
    }
  }

  @Test("a rotation whose new key cannot sign changes nothing", arguments: Build.available)
  func newKeyDoesNotSign(build: Build) async throws {
    let cluster = try cluster(build, after: 30)
    let client = KeyClient(key)
    client.offers = [second]
    let before = cluster.status
    let attempt = try await cluster.join(client)
    #expect(attempt.refusal?.message.hasPrefix("requesting a new public key: ") == true)
    #expect(attempt.challenges == 2 && cluster.status == before)
    #expect(attempt.event("rotation")?["success"]?.bool == false)
  }

  @Test("registration while a rotation is due", arguments: Build.available)
  func registrationWithRotation(build: Build) async throws {
    let cluster = try Cluster(build)
    cluster.spec = cluster.spec.setting("rotate_after", .text("2030-01-01T00:30:00Z"))
    cluster.status = .object([("registration_secret", .text("s"))])
    let client = client()
    client.secret = "s"
    client.offers = [key, second]
    let attempt = try await cluster.join(client)
    #expect(attempt.joined && attempt.challenges == 2 && attempt.rotations == 2)
    #expect(cluster.boundKey == second.publicKey.authorizedKey && cluster.recoveryCount == 1)
  }

  /// Answers with one key and offers a line of its own making.
  private final class Offering: Client {
    private let inner: KeyClient
    private let line: String

    init(_ key: PrivateKey, line: String) {
      inner = KeyClient(key)
      self.line = line
    }

    func begin(suite: String) -> [UInt8] { inner.begin(suite: suite) }
    func step(_ field: UInt32, _ message: [UInt8]) throws -> (UInt32, [UInt8]) {
      field == 2 ? (2, Proto.field(1, line)) : try inner.step(field, message)
    }
    func finish(_ result: [UInt8]) { inner.finish(result) }
    func abort() {}
  }
}
