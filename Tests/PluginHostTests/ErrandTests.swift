import Foundation
import Testing

@testable import PluginHost

/// The host's services as a C plugin meets them, through a join method that runs errands.
@Suite struct ErrandTests {
  private let zoo: Zoo
  private let plugin: LoadedPlugin
  private let log = RememberingLog()
  private let events = RememberingEvents()

  init() throws {
    zoo = try Zoo()
    plugin = try LoadedPlugin(zoo.entry("errands"))
  }

  /// Starts an instance, opens a session, runs one errand and ends both.
  private func run(
    _ errand: UInt32, _ message: String = "", config: [String: ConfigValue] = [:],
    storage: (any RecordStorage)? = nil, random: any RandomSource = CountingRandom()
  ) async throws -> [UInt8] {
    let services = InstanceServices(
      config: config, storage: storage, random: random, clock: StoppedClock(), log: log,
      events: events)
    let instance = try await JoinMethodInstance(plugin, services: services)
    _ = try await instance.begin(.zoo, deadline: .seconds(60))
    do throws(PluginFailure) {
      let answer = try await instance.step(
        field: errand, message: Array(message.utf8), deadline: .seconds(60))
      try await instance.finish(result: [], deadline: .seconds(60))
      await instance.close()
      return answer.message
    } catch {
      await instance.abort()
      await instance.close()
      throw error
    }
  }

  private func text(
    _ errand: UInt32, _ message: String = "", config: [String: ConfigValue] = [:],
    storage: (any RecordStorage)? = nil
  ) async throws -> String {
    String(
      decoding: try await run(errand, message, config: config, storage: storage), as: UTF8.self)
  }

  private func failure(
    _ errand: UInt32, _ message: String = "", storage: (any RecordStorage)? = nil,
    random: any RandomSource = CountingRandom()
  ) async throws -> PluginFailure {
    try await #require(throws: PluginFailure.self) {
      _ = try await run(errand, message, storage: storage, random: random)
    }
  }

  @Test(arguments: [
    (ConfigValue.text("hay"), "hay"), (.secret("straw"), "straw"), (.flag(true), "true"),
    (.integer(-7), "-7"), (.nanoseconds(90_000_000_000), "90000000000"),
    (.list(["a", "b\""]), "[\"a\",\"b\\\"\"]"),
  ])
  func aConfigurationValueArrivesAsText(_ value: ConfigValue, _ expected: String) async throws {
    #expect(try await text(2, "key", config: ["key": value]) == expected)
  }

  @Test func anUnsetConfigurationKeyIsNotFound() async throws {
    #expect(try await failure(2, "key").code == .notFound)
  }

  @Test func aRecordOfTheManifestIsReadAndWritten() async throws {
    let records = TestRecords(["nest": Array("egg".utf8)])
    #expect(try await text(3, "nest", storage: records) == "egg")
    _ = try await run(4, "two eggs", storage: records)
    #expect(records.all == ["nest": Array("two eggs".utf8)])
  }

  @Test func anAbsentRecordAndAnEmptyOneAreNotFound() async throws {
    for records in [TestRecords(), TestRecords(["nest": []])] {
      let failure = try await failure(3, "nest", storage: records)
      #expect(failure.code == .notFound)
      #expect(failure.message == "there is no record nest")
    }
  }

  @Test func aRecordTheManifestDoesNotNameIsRefused() async throws {
    let records = TestRecords(["burrow": [1], "nest": [2]])
    #expect(try await failure(3, "burrow", storage: records).code == .refused)
    let failure = try await failure(4, "", storage: records)
    #expect(failure.message == "the manifest does not name a record burrow")
    #expect(failure.hint == "add it to \"records\" in the plugin's manifest")
    #expect(records.all == ["burrow": [1], "nest": [2]])
  }

  @Test func aStorageThatFailsIsReportedInItsOwnWords() async throws {
    let records = TestRecords(failure: RecordError(message: "disk is full", hint: "make room"))
    for errand in [UInt32(3), 4] {
      let failure = try await failure(errand, "nest", storage: records)
      #expect(failure.code == .unavailable)
      #expect(failure.retry == .later)
      #expect(failure.description == "org.example.zoo: disk is full; make room")
    }
  }

  @Test func randomBytesComeFromTheSourceAndNeverShort() async throws {
    let bytes = try await run(5, "0123456789")
    #expect(bytes == [1, 2, 3, 4, 5, 6, 7, 1, 2, 3])
    let many = try await run(5, String(repeating: "x", count: 65_536))
    #expect(many.count == 65_536)
  }

  @Test func aSourceWithoutRandomnessIsUnavailable() async throws {
    #expect(try await failure(5, "x", random: CountingRandom(longest: 0)).code == .unavailable)
  }

  @Test func theClocksAreTheHostsOwn() async throws {
    #expect(try await text(6) == "1700000000000000001 18446744073709551615")
  }

  @Test func linesFieldsProgressAndHealthArriveCleanAndWithoutSecrets() async throws {
    let message = "a\u{1B}[31m hunter2 b\n"
    #expect(try await text(7, message, config: ["s": .secret("hunter2")]) == "no debug")
    let clean = "a [31m [redacted] b "
    #expect(
      log.lines == [
        RememberingLog.Line(level: .warning, message: clean, fields: ["hay=\(clean)"]),
        RememberingLog.Line(level: .info, message: clean, fields: []),
      ])
    #expect(events.lines == ["healthy false: \(clean)", "renew"])
  }

  @Test func eventsThatMakeNoSenseAreCutOrForgotten() async throws {
    _ = try await run(15, "roar")
    #expect(events.lines.count == 3)
    let reasons = events.lines.map { $0.split(separator: ":", maxSplits: 1).last ?? "" }
    #expect(events.lines.first?.hasPrefix("healthy false: ") == true)
    #expect(reasons.allSatisfy { $0.utf8.count <= 1 + 256 })
    #expect(Array(events.lines.dropFirst()) == ["healthy false: ", "healthy not yet: "])
  }

  @Test func sizesBeyondAllMemoryAreRefused() async throws {
    let storage = TestRecords()
    let failure = try await failure(16, "roar", storage: storage)
    #expect(failure.message == "it wrote a message of more than 65536 bytes")
    let invalid = PluginFailure.Code.invalidArgument.rawValue
    #expect(
      log.lines.map(\.message) == ["roar", "", "\(invalid) \(invalid) \(invalid) 0 \(invalid)"])
    #expect(log.lines.map(\.fields) == [[], ["="], []])
    #expect(storage.all.isEmpty)
  }

  @Test func aSecretIsRedactedBeforeALongLineIsCut() async throws {
    let message = String(repeating: "x", count: 1020) + "hunter2hunter2"
    _ = try await run(7, message, config: ["s": .secret("hunter2")])
    let line = try #require(log.lines.first)
    #expect(line.message == String(repeating: "x", count: 1020) + "[red")
    #expect(log.lines.last?.message.utf8.count == 256)
  }

  @Test func memoryForSecretsIsZeroedAtBothEnds() async throws {
    #expect(try await text(8) == "1 0 0")
  }

  @Test(arguments: [
    ("tenon.host.config/1", "yes"), ("tenon.host.key/1", "yes"), ("tenon.host.storage/1", "no"),
    ("tenon.host.cluster/1", "no"), ("tenon.host.ca/1", "no"), ("tenon.host.config/2", "no"),
    ("", "no"),
  ])
  func onlyServicesThatSuitTheInstanceAreOffered(_ id: String, _ answer: String) async throws {
    #expect(try await text(10, id) == answer)
  }

  @Test func keysAreMadeReadAndUsedByHandle() async throws {
    #expect(try await text(9, "public ssh").hasPrefix("ecdsa-sha2-nistp256 AAAA"))
    #expect(try await text(9, "public key-id").count == 43)
    #expect(try await run(9, "public pkix").first == 0x30)
    let pem = try await text(9, "private ed25519")
    #expect(pem.hasPrefix("-----BEGIN PRIVATE KEY-----\n") && pem.hasSuffix("-----\n"))
    let signed = try await run(9, "sign " + pem)
    #expect(signed.starts(with: Array("EdDSA\n".utf8)) && signed.count == 6 + 64)
  }

  @Test(arguments: [
    ("private elgamal", PluginFailure.Code.unsupported, "no key algorithm is called \"elgamal\""),
    ("public hieroglyphs", .unsupported, "no public key encoding is called \"hieroglyphs\""),
    ("forgotten hay", .invalidArgument, "no such key"),
    ("invented hay", .invalidArgument, "no such key"),
  ])
  func aKeyErrandThatCannotWorkSaysWhy(
    _ errand: String, _ code: PluginFailure.Code, _ message: String
  ) async throws {
    let failure = try await failure(9, errand)
    #expect(failure.code == code)
    #expect(failure.message == message)
  }

  @Test func aPublicKeyVerifiesAndDoesNotSign() async throws {
    let line = try await text(9, "public ssh")
    let refused = try await failure(9, "verify-nonsense " + line)
    #expect(refused.code == .refused)
    #expect(refused.message == "the signature does not verify")
    #expect(try await failure(9, "sign-with-public " + line).code == .unsupported)
    #expect(try await failure(9, "sign not a key").code == .invalidArgument)
  }
}

extension JoinParameters {
  static var zoo: JoinParameters {
    JoinParameters(
      purpose: .first, suite: "balanced-v1", tokenName: "token", publicTLSKey: [1],
      publicSSHKey: [2]
    )
  }
}
