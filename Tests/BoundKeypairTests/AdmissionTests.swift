import Credentials
import Documents
import PluginHost
import Testing

/// What happens when a token is created or replaced.
@Suite("token admission") struct AdmissionTests {
  private let line: String

  init() throws { line = try PrivateKey.generate(.ed25519).publicKey.authorizedKey }

  private static let recovery = Node.object([("limit", .integer(1))])
  private static let plain = Node.object([("recovery", recovery)])

  private func notes(
    _ build: Build, _ spec: Node, status: Node = .object([])
  ) async throws -> [AdmitNote] {
    try await Cluster(build).admit(spec, status: status)
  }

  @Test("a token without its section is refused", arguments: Build.available)
  func missingSection(build: Build) async throws {
    for spec in [Node.null, .text("x"), .array([])] {
      let notes = try await notes(build, spec)
      #expect(notes.count == 1 && notes[0].path.isEmpty)
      #expect(
        notes[0].message.hasPrefix("bound_keypair token requires non-nil spec.bound_keypair"))
    }
  }

  @Test("a token without recovery is refused", arguments: Build.available)
  func missingRecovery(build: Build) async throws {
    let notes = try await notes(build, .object([]))
    #expect(notes.map(\.path) == ["recovery"])
    #expect(notes[0].message.hasPrefix("field is required"))
  }

  @Test(
    "a secret is made of 16 random bytes when nothing else proves the first join",
    arguments: Build.available)
  func generatedSecret(build: Build) async throws {
    let cluster = try Cluster(build)
    #expect(try await cluster.admit(Self.plain).isEmpty)
    let first = try #require(cluster.status["registration_secret"]?.string)
    #expect(first.utf8.count == 32)
    #expect(try await cluster.admit(Self.plain).isEmpty)
    #expect(cluster.status["registration_secret"]?.string != first)
  }

  @Test("a configured secret is copied, and none is made beside a key", arguments: Build.available)
  func configuredSecret(build: Build) async throws {
    let cluster = try Cluster(build)
    let withSecret = Self.plain.with("onboarding.registration_secret", .text("s3cret"))
    #expect(try await cluster.admit(withSecret).isEmpty)
    #expect(cluster.status["registration_secret"]?.string == "s3cret")
    let withKey = withSecret.with("onboarding.initial_public_key", .text(line + " host"))
    #expect(try await cluster.admit(withKey).isEmpty)
    #expect(cluster.status["registration_secret"] == nil)
  }

  @Test("a status sent along is stored as sent", arguments: Build.available)
  func statusIsKept(build: Build) async throws {
    let cluster = try Cluster(build)
    let status = Node.object([
      ("bound_public_key", .text(line)), ("bound_bot_instance_id", .text("i")),
      ("recovery_count", .integer(7)), ("last_recovered_at", .text("2030-01-01T00:00:00Z")),
      ("last_rotated_at", .text("2030-01-02T00:00:00Z")),
    ])
    #expect(try await cluster.admit(Self.plain, status: status).isEmpty)
    #expect(cluster.status == status)
    let unused = Node.object([
      ("registration_secret", .text("kept")), ("recovery_count", .integer(0)),
    ])
    #expect(try await cluster.admit(Self.plain, status: unused).isEmpty)
    #expect(cluster.status == unused)
    let unconfirmed = status.setting("serial", .integer(9)).setting(
      "predecessor", status.setting("serial", .integer(8)))
    #expect(try await cluster.admit(Self.plain, status: unconfirmed).isEmpty)
    #expect(cluster.status == unconfirmed)
  }

  /// A status of a token that is bound.
  private var bound: Node {
    .object([
      ("bound_public_key", .text(line)), ("bound_bot_instance_id", .text("i")),
      ("recovery_count", .integer(1)),
    ])
  }

  @Test("a status that makes no sense is refused, not repaired", arguments: Build.available)
  func hostileStatus(build: Build) async throws {
    for (key, value) in [
      ("recovery_count", Node.integer(.max)), ("recovery_count", .integer(-1)),
      ("recovery_count", .integer(4_294_967_296)), ("recovery_count", .text("1")),
      ("recovery_count", Node(.number("1e3"))), ("last_rotated_at", .text("yesterday")),
      ("last_recovered_at", .integer(1)), ("bound_public_key", .array([])),
      ("bound_public_key", .text("ssh-ed25519 AAAA")), ("bound_bot_instance_id", .flag(true)),
      ("bound_host_id", .text("x")), ("registration_secret", .object([])),
      ("serial", .integer(-1)), ("serial", .integer(.max)), ("serial", .text("1")),
      ("predecessor", .text("x")), ("predecessor", .array([])),
    ] {
      let notes = try await notes(build, Self.plain, status: bound.setting(key, value))
      #expect(notes.map(\.path) == ["status." + key], "\(key)")
      guard key != "predecessor" else { continue }
      let inner = try await self.notes(
        build, Self.plain,
        status: bound.setting("predecessor", bound.setting(key, value)))
      #expect(inner.map(\.path) == ["status.predecessor." + key], "\(key)")
    }
    let nested = try await notes(
      build, Self.plain,
      status: bound.setting("predecessor", .object([("predecessor", bound)])))
    #expect(nested.map(\.path) == ["status.predecessor.predecessor"])
    let unbound = try await notes(
      build, Self.plain, status: .object([("predecessor", .object([]))]))
    #expect(unbound.map(\.path) == ["status.predecessor"])
    #expect(try await notes(build, Self.plain, status: .text("x")).map(\.path) == ["status"])
  }

  @Test("every problem of a spec is told at once, with its path", arguments: Build.available)
  func allProblems(build: Build) async throws {
    let spec = Node.object([
      ("rotate_after", .text("soon")), ("surprise", .integer(1)),
      (
        "onboarding",
        .object([
          ("initial_public_key", .text("not a key")), ("must_register_before", .integer(5)),
          ("registration_secrets", .text("x")),
        ])
      ),
      (
        "recovery",
        .object([("limit", .integer(-1)), ("mode", .text("strict")), ("count", .integer(1))])
      ),
    ])
    let paths = try await notes(build, spec).map(\.path)
    #expect(
      Set(paths) == [
        "rotate_after", "surprise", "onboarding.initial_public_key",
        "onboarding.must_register_before", "onboarding.registration_secrets", "recovery.limit",
        "recovery.mode", "recovery.count",
      ])
    #expect(paths.count == 8)
  }

  @Test("a secret that was sent never comes back in a problem", arguments: Build.available)
  func secretsStaySecret(build: Build) async throws {
    let spec = Self.plain.with("onboarding.registration_secret", .text("hunter2"))
      .with("recovery.mode", .text("x"))
    for note in try await notes(build, spec) { #expect(!note.message.contains("hunter2")) }
    let list = Self.plain.with("onboarding.registration_secret", .array([.text("hunter2")]))
    let notes = try await notes(build, list)
    #expect(notes.map(\.path) == ["onboarding.registration_secret"])
    #expect(!notes[0].message.contains("hunter2"))
  }

  @Test(
    "mode standard wants a limit of at least 1, until a key is bound", arguments: Build.available)
  func limitOfStandard(build: Build) async throws {
    let zero = Node.object([("recovery", .object([("limit", .integer(0))]))])
    #expect(try await notes(build, zero).map(\.path) == ["recovery.limit"])
    let bound = Node.object([("bound_public_key", .text(line))])
    #expect(try await notes(build, zero, status: bound).isEmpty)
    for mode in ["relaxed", "insecure"] {
      #expect(try await notes(build, zero.with("recovery.mode", .text(mode))).isEmpty)
    }
  }
}
