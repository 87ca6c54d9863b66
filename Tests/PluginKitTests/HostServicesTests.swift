import PluginABI
import PluginKit
import Testing

/// The wrappers of the host services: what goes over, what comes back, and what an error becomes.
@Suite struct HostServicesTests {
  private let fake = FakeHost()

  private func failure(_ body: () throws(PluginError) -> Void) -> PluginError? {
    do {
      try body()
      return nil
    } catch { return error }
  }

  @Test func aMissingOrShortTableIsUnsupportedAndNamesTheService() {
    fake.missing = [TENON_HOST_STORAGE_ID, TENON_HOST_CLOCK_ID]
    fake.short = [TENON_HOST_KEY_ID]
    let failures = [
      (failure { () throws(PluginError) in _ = try fake.kit.storage }, TENON_HOST_STORAGE_ID),
      (failure { () throws(PluginError) in _ = try fake.kit.unixSeconds() }, TENON_HOST_CLOCK_ID),
      (failure { () throws(PluginError) in _ = try fake.kit.keys }, TENON_HOST_KEY_ID),
      (failure { () throws(PluginError) in _ = try fake.kit.authority }, TENON_HOST_CA_ID),
    ]
    for (failure, id) in failures {
      #expect(failure?.code == TENON_UNSUPPORTED)
      #expect(failure?.message == "this host does not offer " + id)
      #expect(failure?.hint.isEmpty == false)
    }
  }

  @Test func theErrorOfAServiceArrivesWhole() {
    fake.code = TENON_UNAVAILABLE
    fake.message = "the disk is full"
    fake.hint = "make room"
    let failures = [
      failure { () throws(PluginError) in _ = try fake.kit.storage.get("a") },
      failure { () throws(PluginError) in try fake.kit.storage.put([Storage.Change("a", [1])]) },
      failure { () throws(PluginError) in _ = try fake.kit.keys.generate("ed25519") },
      failure { () throws(PluginError) in _ = try fake.kit.keys.importPublic([]) },
    ]
    for failure in failures {
      #expect(failure?.code == TENON_UNAVAILABLE && failure?.retry == TENON_RETRY_LATER)
      #expect(failure?.message == "the disk is full" && failure?.hint == "make room")
    }
  }

  @Test func anAnswerInPiecesIsOneAnswer() throws {
    fake.answer = [UInt8]("in two pieces".utf8)
    #expect(try fake.kit.config("key") == "in two pieces")
    #expect(fake.seen == ["config key"])
  }

  @Test func anUnsetConfigurationKeyIsNil() throws {
    fake.code = TENON_NOT_FOUND
    #expect(try fake.kit.config("key") == nil)
    fake.code = TENON_INTERNAL
    #expect(failure { () throws(PluginError) in _ = try fake.kit.config("key") } != nil)
  }

  @Test func aMissingRecordIsNil() throws {
    #expect(try fake.kit.storage.get("a") == nil)
    fake.records["a"] = [1, 2, 3]
    #expect(try fake.kit.storage.get("a") == [1, 2, 3])
  }

  @Test func recordsAreWrittenInTheirOrder() throws {
    try fake.kit.storage.put([
      Storage.Change("b", [2]), Storage.Change("a", []), Storage.Change("c", [3]),
    ])
    #expect(fake.seen == ["put 3 at once", "put b", "put a", "put c"])
    #expect(fake.records == ["a": [], "b": [2], "c": [3]])
  }

  @Test func secondsAreWholeAndRandomBytesAreFilled() throws {
    fake.wallNanoseconds = 1_893_456_000_999_999_999
    #expect(try fake.kit.unixSeconds() == 1_893_456_000)
    #expect(try fake.kit.random(4) == [1, 2, 3, 4])
    #expect(try fake.kit.random(0) == [])
    fake.code = TENON_UNAVAILABLE
    #expect(
      failure { () throws(PluginError) in _ = try fake.kit.random(4) }?.code == TENON_UNAVAILABLE)
  }

  @Test func wipingZeroesThePlaceItself() {
    var secret: [UInt8] = [1, 2, 3]
    fake.kit.wipe(&secret)
    #expect(secret == [0, 0, 0] && fake.zeroed == 3)
  }

  @Test func aKeyPassesItsArgumentsAndIsForgottenOnce() throws {
    do {
      fake.answer = [UInt8]("text".utf8)
      let key = try fake.kit.keys.importPublic([UInt8]("ssh-ed25519 A".utf8))
      #expect(try key.authorizedKey() == "text" && key.keyID() == "text")
      #expect(try key.scheme() == "text")
      #expect(try key.sign([UInt8]("m".utf8)) == fake.answer)
      #expect(try key.exportPrivate() == fake.answer)
      #expect(fake.forgotten == 0)
    }
    #expect(fake.forgotten == 1)
    #expect(
      fake.seen == [
        "import_public ssh-ed25519 A", "public_key ssh", "public_key key-id", "scheme", "sign m",
        "export",
      ])
  }

  @Test func aBadSignatureIsFalseAndEveryOtherErrorIsThrown() throws {
    let key = try fake.kit.keys.generate("ed25519")
    let (message, signature) = ([UInt8]("m".utf8), [UInt8]("s".utf8))
    #expect(try key.verify(scheme: "EdDSA", message: message, signature: signature))
    #expect(fake.seen.last == "verify EdDSA m s")
    fake.code = TENON_REFUSED
    #expect(try !key.verify(scheme: "EdDSA", message: message, signature: signature))
    fake.code = TENON_INVALID_ARGUMENT
    #expect(
      failure { () throws(PluginError) in
        _ = try key.verify(scheme: "EdDSA", message: message, signature: signature)
      }?.code == TENON_INVALID_ARGUMENT)
  }

  @Test func aHostThatMakesNoKeyAndSaysNothingIsADefect() {
    fake.message = "no handle"
    #expect(
      failure { () throws(PluginError) in _ = try fake.kit.keys.generate("ed25519") }?.code
        == TENON_INTERNAL)
  }
}
