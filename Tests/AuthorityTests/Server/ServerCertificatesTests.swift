import Credentials
import Foundation
import Testing

@testable import Authority
@testable import Wire

/// What the listener shows to whom.
@Suite struct ServerCertificatesTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func tls(_ cluster: Cluster, web: ServerCertificate? = nil) -> ServerTLS {
    let clock = cluster.clock
    return ServerCertificates(
      keys: cluster.core.keys, hostID: "5b1ac1e5-0000-4000-8000-000000000009",
      publicNames: ["tenon.example.test", "192.0.2.1"], web: web, now: { clock.now }
    ).tls
  }

  private func shown(_ tls: ServerTLS, _ name: String?) throws -> TLSCertificate {
    try TLSCertificate(der: try #require(try tls.certificate(name).chain.first))
  }

  @Test func theHostAuthoritysCertificateIsKeptAndRenewedInTime() async throws {
    let cluster = try await Cluster()
    let tls = tls(cluster)
    let first = try shown(tls, "tenon.example.test")
    #expect(first.issuerOrganizations == [Cluster.name])
    #expect(first.validity.notAfter == cluster.clock.now + 90 * 86_400)
    cluster.clock.advance(59 * 86_400)
    #expect(try shown(tls, nil) == first)
    cluster.clock.advance(86_400)
    let second = try shown(tls, nil)
    #expect(second != first)
    #expect(second.validity.notAfter == cluster.clock.now + 90 * 86_400)
  }

  @Test func bothAuthoritiesVouchForClients() async throws {
    let cluster = try await Cluster()
    #expect(
      tls(cluster).clientAuthorities() == [
        cluster.core.keys.userTLS.certificate.der, cluster.core.keys.hostTLS.certificate.der,
      ])
  }

  /// An operator's own certificate in two files, by names.
  private func write(_ cluster: Cluster, chain: String = "web.pem", key: String = "web.key") throws
    -> (String, String)
  {
    let own = try PrivateKey.generate(.ecdsaP256)
    let now = cluster.clock.now
    let certificate = try cluster.core.keys.hostTLS.issue(
      TLSServerCertificate.host(
        id: "x", clusterName: "web", role: "Proxy", publicNames: ["tenon.example.test"],
        validity: Validity(from: now, until: now + 60)), for: own.publicKey)
    try Data(certificate.pem.utf8).write(to: URL(fileURLWithPath: folder.file(chain)))
    try Data(own.pem.utf8).write(to: URL(fileURLWithPath: folder.file(key)))
    return (folder.file(chain), folder.file(key))
  }

  @Test func anOperatorsCertificateIsShownForTheWebNameOnly() async throws {
    let cluster = try await Cluster()
    let (chain, key) = try write(cluster)
    let web = try WebCertificate.read(chain, key)
    let tls = tls(cluster, web: web)
    #expect(try tls.certificate("tenon.example.test").chain == web.chain)
    for name in [nil, "teleport.cluster.local", "6578.teleport.cluster.local"] {
      #expect(try tls.certificate(name).chain != web.chain)
    }
  }

  @Test func filesThatDoNotBelongTogetherAreRefused() async throws {
    let cluster = try await Cluster()
    let (chain, key) = try write(cluster)
    let (_, other) = try write(cluster, chain: "other.pem", key: "other.key")
    func refusal(_ chain: String, _ key: String) -> String {
      let error = #expect(throws: StartupError.self) { try WebCertificate.read(chain, key) }
      return error?.description ?? ""
    }
    #expect(
      refusal(chain, other)
        == "the key in \(other) is not that of the first certificate in \(chain); pass the pair "
        + "that belongs together")
    #expect(refusal(key, key).hasSuffix("pass a PEM chain with --web-cert"))
    #expect(refusal(chain, chain).hasSuffix("pass a PEM private key with --web-key"))
    let missing = folder.file("missing")
    #expect(refusal(missing, key).hasPrefix("\(missing): No such file or directory"))
    #expect(refusal(chain, folder.path).hasPrefix("\(folder.path): Is a directory"))
  }
}
