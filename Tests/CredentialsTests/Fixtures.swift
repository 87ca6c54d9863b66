import Foundation

@testable import Credentials

/// A cluster made once for all suites, at a fixed moment.
struct Cluster {
  /// 2026-01-01T00:00:00Z.
  static let now: UnixSeconds = 1_767_225_600

  let name: String
  let users: TLSAuthority
  let hosts: TLSAuthority
  let sshUsers: SSHAuthority
  let sshHosts: SSHAuthority

  init(_ name: String, suite: SignatureSuite = .balancedV1, now: UnixSeconds = Self.now) throws {
    self.name = name
    users = try TLSAuthority.selfSigned(
      clusterName: name, key: .generate(suite.algorithm(for: .userCertificateAuthority)), now: now)
    hosts = try TLSAuthority.selfSigned(
      clusterName: name, key: .generate(suite.algorithm(for: .hostCertificateAuthority)), now: now)
    sshUsers = SSHAuthority(key: try .generate(suite.algorithm(for: .userSSHAuthority)))
    sshHosts = SSHAuthority(key: try .generate(suite.algorithm(for: .hostSSHAuthority)))
  }

  static let example = Result { try Cluster("example.com") }

  /// An identity with every field of an ordinary bot's certificate.
  static func bot(renewable: Bool = true) -> TLSIdentity {
    var identity = TLSIdentity(username: "bot-example", roles: ["bot-example"])
    identity.logins = ["root", "ubuntu", "-teleport-internal-join"]
    identity.traits = ["logins": ["root", "ubuntu"], "é\"<": ["ü", "\\"]]
    identity.clusterName = "example.com"
    identity.renewable = renewable
    identity.generation = 7
    identity.privateKeyPolicy = "none"
    identity.botName = "example"
    identity.botInstanceID = "5b1f9d0a-4b0c-4d53-9c4e-0d3cb7a4c0f1"
    identity.joinAttributes = #"{"meta":{"join_token_name":"a"}}"#
    if !renewable { identity.joinToken = "a" }
    return identity
  }

  /// Both certificates for a key, as a join hands them out.
  func certificates(
    for key: PublicKey, identity: TLSIdentity = Cluster.bot(), now: UnixSeconds = Self.now,
    lifetime: UnixSeconds = 3600
  ) throws -> CertificateSet {
    let validity = Validity(from: now, until: now + lifetime)
    let tls = try users.issue(identity, for: key, validity: validity)
    let ssh = try sshUsers.issue(
      SSHUserCertificate(identity: identity, validity: validity).content, for: key)
    return try CertificateSet(
      tlsDER: tls.der, tlsAuthoritiesDER: [users.certificate.der, hosts.certificate.der],
      sshBlob: ssh.blob,
      sshAuthorityBlobs: [sshUsers.key.publicKey.sshBlob, sshHosts.key.publicKey.sshBlob])
  }
}

/// Awaits the error of an expression whose success would be a failure of the test.
func failure<Value>(_ body: () throws -> Value) -> CredentialError? {
  do {
    _ = try body()
    return nil
  } catch {
    return error as? CredentialError
  }
}
