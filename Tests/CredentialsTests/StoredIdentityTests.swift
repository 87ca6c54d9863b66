import Foundation
import Testing

@testable import Credentials

/// An identity is written, read back and refused, file by file.
@Suite struct StoredIdentityTests {
  static func identity(
    algorithm: KeyAlgorithm = .ecdsaP256, token: String? = "secret token"
  ) throws -> StoredIdentity {
    let key = try PrivateKey.generate(algorithm)
    return try StoredIdentity(
      privateKey: key, certificates: Cluster.example.get().certificates(for: key.publicKey),
      tokenHash: token.map { StoredIdentity.tokenHash(of: $0) })
  }

  static func files(of identity: StoredIdentity) -> [String: [UInt8]] {
    Dictionary(uniqueKeysWithValues: identity.files.map { ($0.file.rawValue, $0.content) })
  }

  @Test("an identity read back from its files is the same", arguments: KeyAlgorithm.allCases)
  func roundTrip(algorithm: KeyAlgorithm) throws {
    let identity = try Self.identity(algorithm: algorithm)
    let files = Self.files(of: identity)
    let read = try StoredIdentity(files: files)
    #expect(Self.files(of: read) == files)
    #expect(read.clusterName == "example.com")
    #expect(read.identity == Cluster.bot())
    #expect(read.identity.botInstanceID == "5b1f9d0a-4b0c-4d53-9c4e-0d3cb7a4c0f1")
    #expect(read.identity.generation == 7)
    #expect(read.privateKey.publicKey == identity.privateKey.publicKey)
    #expect(
      read.validity == Validity(notBefore: Cluster.now - 60, notAfter: Cluster.now + 3600))
  }

  @Test("the files are what the agent before us wrote") func formats() throws {
    let identity = try Self.identity()
    let texts = Self.files(of: identity).mapValues { String(decoding: $0, as: UTF8.self) }
    #expect(texts.keys.sorted() == IdentityFile.allCases.map(\.rawValue).sorted())
    #expect(texts["key"]?.hasPrefix("-----BEGIN PRIVATE KEY-----\n") == true)
    #expect(texts["key"]?.hasSuffix("-----END PRIVATE KEY-----\n") == true)
    #expect(texts["key.pub"] == identity.privateKey.publicKey.authorizedKey + "\n")
    #expect(texts["key-cert.pub"]?.hasPrefix("ecdsa-sha2-nistp256-cert-v01@openssh.com ") == true)
    #expect(texts["key-cert.pub"]?.hasSuffix("\n") == true)
    #expect(texts["tlscert"] == identity.certificates.tls.pem)
    #expect(texts["tlscacerts"]?.split(separator: "$").count == 2)
    #expect(texts["tlscacerts"]?.contains("-----END CERTIFICATE-----\n$-----BEGIN") == true)
    #expect(texts["sshcacerts"]?.split(separator: "$").allSatisfy { $0.hasSuffix("\n") } == true)
    #expect(IdentityFile.allCases.filter(\.isSecret) == [.privateKey])
    let withoutToken = try Self.identity(token: nil)
    #expect(!withoutToken.files.contains { $0.file == .tokenHash })
  }

  @Test("the token hash is the SHA-256 of the token in lowercase hex") func tokenHash() throws {
    let shown = try Program.openssl.run(["dgst", "-sha256", "-r"], input: "secret token").output
    #expect(shown.hasPrefix(StoredIdentity.tokenHash(of: "secret token") + " "))
  }

  @Test("a file that is absent or empty counts as no identity", arguments: IdentityFile.allCases)
  func missingFile(file: IdentityFile) throws {
    var files = Self.files(of: try Self.identity())
    files[file.rawValue] = []
    let empty = failure { try StoredIdentity(files: files) }
    #expect(empty?.code == .missing)
    #expect(empty?.reason.contains(file.rawValue) == true)
    files[file.rawValue] = nil
    #expect(failure { try StoredIdentity(files: files) }?.code == .missing)
  }

  @Test("a file of rubbish is refused with a reason", arguments: IdentityFile.allCases)
  func rubbish(file: IdentityFile) throws {
    var files = Self.files(of: try Self.identity())
    files[file.rawValue] = Array("rubbish".utf8)
    let refusal = failure { try StoredIdentity(files: files) }
    // Any text may be a token hash: it only has to differ from the right one.
    #expect((refusal == nil) == (file == .tokenHash), "\(file.rawValue)")
    if let refusal { #expect(!refusal.reason.isEmpty) }
  }

  @Test(
    "parts of two identities do not mix",
    arguments: [
      (IdentityFile.privateKey, CredentialError.Code.mismatch), (.publicKey, .mismatch),
      (.sshCertificate, .mismatch), (.tlsCertificate, .mismatch),
    ])
  func mixed(file: IdentityFile, code: CredentialError.Code) throws {
    var files = Self.files(of: try Self.identity())
    files[file.rawValue] = Self.files(of: try Self.identity())[file.rawValue]
    #expect(failure { try StoredIdentity(files: files) }?.code == code)
  }

  @Test("certificates that do not say enough are refused") func insufficient() throws {
    let cluster = try Cluster.example.get()
    let key = try PrivateKey.generate(.ecdsaP256)
    let good = try cluster.certificates(for: key.publicKey)

    let noAuthorities = try CertificateSet(
      tlsDER: good.tls.der, tlsAuthoritiesDER: [], sshBlob: good.ssh.blob, sshAuthorityBlobs: [])
    #expect(
      failure { try StoredIdentity(privateKey: key, certificates: noAuthorities) }?.code == .missing
    )

    // An authority whose name has no O leaves the cluster unknown.
    let nameless = try TLSAuthority(
      certificate: TLSCertificate(pem: Self.authorityWithoutOrganization(key: cluster.users.key)),
      key: cluster.users.key)
    let tls = try nameless.issue(
      Cluster.bot(), for: key.publicKey,
      validity: Validity(from: Cluster.now, until: Cluster.now + 9))
    let unknownCluster = try CertificateSet(
      tlsDER: tls.der, tlsAuthoritiesDER: [good.tls.der], sshBlob: good.ssh.blob,
      sshAuthorityBlobs: [])
    let refusal = failure { try StoredIdentity(privateKey: key, certificates: unknownCluster) }
    #expect(refusal?.code == .missing)
    #expect(refusal?.reason.contains("issuer has no O") == true)

    // ssh-keygen signs certificates without principals; we do not.
    let folder = try Folder()
    try Program.sshKeygen.run(["-q", "-t", "ed25519", "-N", "", "-f", folder.path("ca")])
    try folder.write(key.publicKey.authorizedKey, to: "key.pub")
    try Program.sshKeygen.run(
      ["-q", "-s", folder.path("ca"), "-I", "x", folder.path("key.pub")])
    let noPrincipal = try CertificateSet(
      tlsDER: good.tls.der, tlsAuthoritiesDER: [good.tls.der],
      sshBlob: SSHCertificate(line: folder.read("key-cert.pub")).blob, sshAuthorityBlobs: [])
    #expect(
      failure { try StoredIdentity(privateKey: key, certificates: noPrincipal) }?.code == .missing)

    // A server's certificate names no user.
    let server = try cluster.hosts.issue(
      TLSServerCertificate(
        commonName: "", organizations: [], names: ["a"],
        validity: Validity(from: Cluster.now, until: Cluster.now + 9)), for: key.publicKey)
    let noUser = try CertificateSet(
      tlsDER: server.der, tlsAuthoritiesDER: [good.tls.der], sshBlob: good.ssh.blob,
      sshAuthorityBlobs: [])
    #expect(failure { try StoredIdentity(privateKey: key, certificates: noUser) }?.code == .missing)
  }

  static func authorityWithoutOrganization(key: PrivateKey) throws -> String {
    let folder = try Folder()
    let path = try folder.write(key.pem, to: "key")
    return try Program.openssl.run([
      "req", "-x509", "-new", "-key", path, "-subj", "/CN=nameless", "-days", "9",
      "-addext", "basicConstraints=critical,CA:TRUE",
    ]).output
  }

  @Test("an answer of a join without a certificate is refused by name") func incompleteJoin() throws
  {
    let good = try Cluster.example.get().certificates(
      for: PrivateKey.generate(.ecdsaP256).publicKey)
    #expect(
      failure {
        try CertificateSet(
          tlsDER: [], tlsAuthoritiesDER: [], sshBlob: good.ssh.blob, sshAuthorityBlobs: [])
      }?.code == .missing)
    #expect(
      failure {
        try CertificateSet(
          tlsDER: good.tls.der, tlsAuthoritiesDER: [], sshBlob: [], sshAuthorityBlobs: [])
      }?.code == .missing)
    #expect(
      failure {
        try CertificateSet(
          tlsDER: good.tls.der, tlsAuthoritiesDER: [[1]], sshBlob: good.ssh.blob,
          sshAuthorityBlobs: [])
      }?.code == .malformed)
    #expect(
      failure {
        try CertificateSet(
          tlsDER: good.tls.der, tlsAuthoritiesDER: [], sshBlob: good.ssh.blob,
          sshAuthorityBlobs: [[0, 0, 0, 9]])
      }?.code == .malformed)
    // Types that would break the line, or the list of lines.
    for type in ["ssh-rsa\nroot", "a b", "a$b", ""] {
      var writer = SSHWriter()
      writer.text(type)
      #expect(
        failure {
          try CertificateSet(
            tlsDER: good.tls.der, tlsAuthoritiesDER: [], sshBlob: good.ssh.blob,
            sshAuthorityBlobs: [writer.bytes])
        }?.code == .malformed)
    }
  }

  @Test("an API answer gives the same certificates as a join") func bundle() throws {
    let good = try Cluster.example.get().certificates(
      for: PrivateKey.generate(.ecdsaP256).publicKey)
    let bundle = try CertificateSet(
      tlsPEM: Array(good.tls.pem.utf8),
      tlsAuthoritiesPEM: good.tlsAuthorities.map { Array($0.pem.utf8) } + [[]],
      sshLine: Array((good.ssh.line + "\n").utf8),
      sshAuthorityLines: good.sshAuthorities.map { Array(($0 + " a comment\n").utf8) })
    #expect(bundle.tls == good.tls)
    #expect(bundle.tlsAuthorities == good.tlsAuthorities)
    #expect(bundle.ssh == good.ssh)
    #expect(bundle.sshAuthorities == good.sshAuthorities)
  }

  @Test("an identity is usable from its first to its last second") func validity() throws {
    let identity = try Self.identity()
    for (moment, code) in [
      (Cluster.now - 61, CredentialError.Code.notYetValid), (Cluster.now - 60, nil),
      (Cluster.now, nil), (Cluster.now + 3600, nil), (Cluster.now + 3601, .expired),
    ] {
      #expect(failure { try identity.check(at: moment) }?.code == code, "\(moment)")
    }
  }
}
