import Credentials
import Documents
import Testing

@testable import Authority
@testable import PluginHost

/// The keys of a cluster: made once, and the same for ever after.
@Suite struct ClusterKeysTests {
  private let backend = MemoryBackend { ManualClock.start }

  private func open(
    _ cluster: String = Cluster.name, _ suite: SignatureSuite = .balancedV1,
    methods: [MethodAuthorityDeclaration] = []
  ) async throws -> ClusterKeys {
    try await ClusterKeys.open(
      backend, cluster: cluster, suite: suite, methods: methods, now: ManualClock.start)
  }

  private func refusal(_ cluster: String, _ suite: SignatureSuite = .balancedV1) async -> String {
    do {
      _ = try await open(cluster, suite)
    } catch {
      return "\(error)"
    }
    Issue.record("the keys opened")
    return ""
  }

  @Test func theFirstStartMakesThemAndTheNextFindsThem() async throws {
    let first = try await open()
    let second = try await open()
    for (type, kinds) in [
      ("db", [1, 0, 0]), ("host", [1, 1, 0]), ("jwt", [0, 0, 1]), ("spiffe", [1, 0, 1]),
      ("user", [1, 1, 0]),
    ] {
      let a = try #require(first.authority(type))
      let b = try #require(second.authority(type))
      #expect([a.tls.count, a.ssh.count, a.jwt.count] == kinds, "\(type)")
      #expect(a.tls == b.tls && a.ssh == b.ssh && a.jwt == b.jwt)
    }
    #expect(backend.list(ClusterKeys.prefix).count == 5)
    #expect(first.userTLS.certificate == second.userTLS.certificate)
    #expect(first.userTLS.certificate.issuerOrganizations == [Cluster.name])
    #expect(first.authority("windows") == nil)
  }

  @Test func anAuthorityForAMethodIsMadeWhenItIsFirstWanted() async throws {
    _ = try await open()
    let method = MethodAuthorityDeclaration(
      type: "badge", algorithms: ["balanced-v1": "ed25519", "legacy": "rsa-2048"])
    let keys = try await open(methods: [method])
    let signer = try #require(try keys.method("badge"))
    #expect(signer.signer.scheme == "EdDSA")
    let message = Array("hello".utf8)
    let signature = try signer.sign(message)
    let again = try #require(try await open(methods: [method]).method("badge"))
    func verify(_ keyID: String, _ scheme: String, _ message: [UInt8]) -> Bool? {
      again.verify(keyID: keyID, scheme: scheme, message: message, signature: signature)
    }
    #expect(verify(signer.signer.keyID, "EdDSA", message) == true)
    #expect(verify(signer.signer.keyID, "ES256", message) == false)
    #expect(verify(signer.signer.keyID, "EdDSA", Array("hullo".utf8)) == false)
    #expect(verify("nobody", "EdDSA", message) == nil)
  }

  @Test func aStandbyKeyInTheRecordIsTrustedAndDoesNotSign() async throws {
    let method = MethodAuthorityDeclaration(type: "badge", algorithms: ["balanced-v1": "ed25519"])
    let active = try #require(try await open(methods: [method]).method("badge")).signer.keyID
    let standby = try PrivateKey.generate(.ecdsaP256)
    func put(_ line: String) async throws {
      let record = try #require(backend.get(ClusterKeys.prefix + "badge"))
      var transaction = Transaction()
      transaction.put(
        record.key,
        JSON.serialize(
          try JSON.parse(record.value).setting("standby_jwt_keys", .array([.text(line)]))))
      try await backend.commit(transaction)
    }
    try await put(standby.publicKey.pem)
    let keys = try await open(methods: [method])
    #expect(keys.authority("badge")?.jwt.count == 2)
    let signer = try #require(try keys.method("badge"))
    #expect(signer.signer.keyID == active)
    let message = Array("hello".utf8)
    let signature = try standby.sign(message)
    func verify(_ message: [UInt8]) -> Bool? {
      signer.verify(
        keyID: standby.publicKey.keyID, scheme: "ES256", message: message, signature: signature)
    }
    #expect(verify(message) == true)
    #expect(verify(Array("hullo".utf8)) == false)
    try await put("no key")
    let damaged = try await open(methods: [method])
    #expect(throws: StartupError.self) { try damaged.method("badge") }
  }

  @Test func anAlgorithmNobodyKnowsStopsTheStart() async throws {
    let error = await #expect(throws: StartupError.self) {
      try await open(
        methods: [MethodAuthorityDeclaration(type: "x", algorithms: ["balanced-v1": "rot13"])])
    }
    #expect(error?.message == "a verifier plugin asks for the unknown key algorithm \"rot13\"")
  }

  @Test func anotherClusterNameIsRefused() async throws {
    _ = try await open()
    #expect(
      await refusal("other.test") == "the data directory belongs to the cluster \"example.test\", "
        + "not to \"other.test\"; pass --cluster-name example.test, or name another --data-dir")
  }

  @Test func theFirstSuiteStays() async throws {
    _ = try await open()
    #expect(try await open(Cluster.name, .fipsV1).suite == .balancedV1)
  }

  @Test(arguments: ["", "has space", "slash/name", "ünïcode", ".dot", "nul\0", "new\nline"])
  func aNameNoCertificateCanCarryIsRefused(_ name: String) async throws {
    let text = await refusal(name)
    #expect(text.contains("is no cluster name"))
    #expect(text.hasSuffix("use letters, digits, dots and hyphens, at most 253 of them"))
    #expect(backend.list(ClusterKeys.prefix).isEmpty)
  }

  @Test func aDamagedAuthorityIsNamedWithWhatToDo() async throws {
    _ = try await open()
    var transaction = Transaction()
    transaction.put("/authorities/user", Array("{\"type\":\"user\"}".utf8))
    try await backend.commit(transaction)
    #expect(
      await refusal(Cluster.name)
        == "the user authority in the database has no X.509 key; restore the database from a "
        + "backup")
  }

  @Test(arguments: ["{", "[]"])
  func aDamagedRecordIsNamedWithWhatToDo(_ content: String) async throws {
    _ = try await open()
    for key in ["/cluster", "/authorities/user"] {
      let before = try #require(backend.get(key)).value
      var transaction = Transaction()
      transaction.put(key, Array(content.utf8))
      try await backend.commit(transaction)
      let text = await refusal(Cluster.name)
      #expect(text.contains("the database record \(key) is damaged"), "\(text)")
      #expect(text.hasSuffix("restore it from a backup"))
      transaction.puts = []
      transaction.put(key, before)
      try await backend.commit(transaction)
    }
  }
}
