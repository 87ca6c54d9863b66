import Credentials
import PluginHost
import Testing

@testable import Host

@Suite("The agent's identity in its storage")
struct IdentityStoreTests {
  private let memory = MemoryStorage()
  private var store: IdentityStore { IdentityStore(storage: memory) }

  private func identity() throws -> StoredIdentity {
    let cluster = try FakeCluster()
    let key = try PrivateKey.generate(.ecdsaP256)
    let issued = try cluster.issue(
      roles: [FakeCluster.user], tlsKey: key.publicKey, sshKey: key.publicKey,
      until: cluster.clock.now + 60)
    return try StoredIdentity(
      privateKey: key,
      certificates: CertificateSet(
        tlsDER: issued.tls.der, tlsAuthoritiesDER: [cluster.hostTLS.certificate.der],
        sshBlob: issued.ssh.blob, sshAuthorityBlobs: [cluster.hostSSH.key.publicKey.sshBlob]),
      tokenHash: StoredIdentity.tokenHash(of: "gate"))
  }

  @Test("is found again as it was, beside what the method wants to remember")
  func roundTrip() throws {
    let identity = try identity()
    try store.save(identity, with: [RecordChange(name: "stamp", value: [7])])
    guard case .identity(let found) = try store.load() else {
      Issue.record("no identity was found")
      return
    }
    #expect(found.files.map(\.content) == identity.files.map(\.content))
    #expect(try memory.get("stamp") == [7])
  }

  @Test("is none when nothing or only a part of it is there", arguments: IdentityFile.allCases)
  func parts(missing: IdentityFile) throws {
    guard case .none = try store.load() else {
      Issue.record("an empty storage held an identity")
      return
    }
    try store.save(identity(), with: [])
    try memory.putAll([RecordChange(name: missing.rawValue, value: nil)])
    guard case .none = try store.load() else {
      Issue.record("a part was taken for the whole")
      return
    }
  }

  @Test("is not used, and the reason is known, when its parts do not fit together")
  func mixed() throws {
    try store.save(identity(), with: [])
    let other = try identity().files.first { $0.file == .tlsCertificate }
    try memory.putAll([
      RecordChange(name: IdentityFile.tlsCertificate.rawValue, value: other?.content)
    ])
    guard case .unusable(let reason) = try store.load() else {
      Issue.record("a mix of two identities was used")
      return
    }
    #expect(reason == "the TLS certificate is for another key")
  }

  @Test("says why it could not be read or written")
  func broken() async throws {
    struct Broken: RecordStorage {
      func get(_ name: String) throws(RecordError) -> [UInt8]? {
        throw RecordError(message: "the disk is gone", hint: "find it")
      }
      func putAll(_ changes: [RecordChange]) throws(RecordError) { _ = try get("") }
    }
    let store = IdentityStore(storage: Broken())
    let identity = try identity()
    for error in [
      try await failure { try store.load() },
      try await failure { try store.save(identity, with: []) },
    ] {
      #expect(error.description == "the disk is gone; find it" && error.remedy == .local)
    }
  }
}
