import Foundation
import Testing

@testable import Credentials

/// A real OpenSSH server trusts our authority, and nobody else's.
///
/// The server runs as the client's proxy command, on a pipe instead of a port: nothing to wait for and
/// nothing that another program could take.
@Suite(
  .enabled(
    if: FileManager.default.isExecutableFile(atPath: SSHServer.path),
    "no sshd at /usr/sbin/sshd: install openssh-server to run these tests"))
struct SSHServerTests {
  static let now = UnixSeconds(Date().timeIntervalSince1970)

  static func identity(logins: [String] = [NSUserName(), "-teleport-internal-join"]) -> TLSIdentity
  {
    var identity = Cluster.bot()
    identity.logins = logins
    return identity
  }

  @Test(
    "a certificate of the cluster's user authority lets its bot in",
    arguments: [
      SignatureSuite.legacy, .balancedV1, .fipsV1,
    ])
  func accepted(suite: SignatureSuite) throws {
    let cluster = try Cluster("example.com", suite: suite, now: Self.now)
    let server = try SSHServer(trusting: cluster)
    let key = try PrivateKey.generate(suite.algorithm(for: .ownIdentity))
    let login = try server.login(
      key: key, cluster.certificates(for: key.publicKey, identity: Self.identity(), now: Self.now))
    #expect(login.output == "in\n", "\(login.errors)")
    #expect(login.errors.contains("Accepted publickey for \(NSUserName())"))
    #expect(login.errors.contains("ID bot-example (serial 0) CA"))
  }

  @Test("the server refuses an expired certificate, and one that is not valid yet") func expired()
    throws
  {
    let cluster = try Cluster("example.com", now: Self.now)
    let server = try SSHServer(trusting: cluster)
    let key = try PrivateKey.generate(.ecdsaP256)
    for (start, reason) in [
      (Self.now - 7200, "Certificate invalid: expired"),
      (Self.now + 7200, "Certificate invalid: not yet valid"),
    ] {
      let login = try server.login(
        key: key, cluster.certificates(for: key.publicKey, identity: Self.identity(), now: start))
      #expect(login.status != 0 && login.output.isEmpty)
      #expect(login.errors.contains(reason), "\(login.errors)")
    }
  }

  @Test("the server refuses a certificate of another cluster of the same name") func foreign()
    throws
  {
    let cluster = try Cluster("example.com", now: Self.now)
    let other = try Cluster("example.com", now: Self.now)
    let server = try SSHServer(trusting: cluster)
    let key = try PrivateKey.generate(.ecdsaP256)
    let login = try server.login(
      key: key, other.certificates(for: key.publicKey, identity: Self.identity(), now: Self.now))
    #expect(login.status != 0 && login.output.isEmpty)
    #expect(login.errors.contains("Permission denied (publickey)"), "\(login.errors)")
  }

  @Test("the server refuses a login that the certificate does not name") func otherLogin() throws {
    let cluster = try Cluster("example.com", now: Self.now)
    let server = try SSHServer(trusting: cluster)
    let key = try PrivateKey.generate(.ecdsaP256)
    let none = SSHUserCertificate.principals(allowing: [], uuid: "u")
    let login = try server.login(
      key: key,
      cluster.certificates(
        for: key.publicKey, identity: Self.identity(logins: none), now: Self.now))
    #expect(login.status != 0 && login.output.isEmpty)
    #expect(
      login.errors.contains("Certificate invalid: name is not a listed principal"),
      "\(login.errors)")
  }

  @Test("the client refuses a server whose host certificate is of another cluster")
  func hostForeign()
    throws
  {
    let cluster = try Cluster("example.com", now: Self.now)
    let other = try Cluster("example.com", now: Self.now)
    let server = try SSHServer(trusting: cluster)
    let key = try PrivateKey.generate(.ecdsaP256)
    let certificates = try cluster.certificates(
      for: key.publicKey, identity: Self.identity(), now: Self.now)
    let login = try server.login(key: key, certificates, hostAuthority: other.sshHosts)
    #expect(login.status != 0 && login.output.isEmpty)
    #expect(login.errors.contains("Host key verification failed"), "\(login.errors)")
  }
}

/// The files of a server that trusts one cluster and shows a host certificate of it.
struct SSHServer {
  static let path = "/usr/sbin/sshd"

  let folder: Folder
  let cluster: Cluster

  init(trusting cluster: Cluster) throws {
    folder = try Folder()
    self.cluster = cluster
    if geteuid() == 0 {
      // Where sshd confines itself; the distribution's service makes it, a container lacks it.
      try FileManager.default.createDirectory(
        atPath: "/run/sshd", withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o755])
    }
    let host = try PrivateKey.generate(.ecdsaP256)
    try folder.write(host.pem, to: "host")
    let certificate = try cluster.sshHosts.issue(
      SSHHostCertificate(
        clusterName: cluster.name, principals: ["server.example.com"],
        notBefore: SSHServerTests.now - 60, notAfter: SSHServerTests.now + 3600
      ).content, for: host.publicKey)
    try folder.write(certificate.line + "\n", to: "host-cert.pub")
    try folder.write(cluster.sshUsers.authorizedKey + "\n", to: "user-authorities")
    try folder.write(
      """
      HostKey \(folder.path("host"))
      HostCertificate \(folder.path("host-cert.pub"))
      TrustedUserCAKeys \(folder.path("user-authorities"))
      AuthorizedKeysFile none
      PasswordAuthentication no
      KbdInteractiveAuthentication no
      PermitRootLogin prohibit-password
      UsePAM no
      StrictModes no
      PidFile none
      LogLevel VERBOSE

      """, to: "sshd_config")
  }

  /// Logs in with a key and its certificate and runs one command.
  func login(
    key: PrivateKey, _ certificates: CertificateSet, hostAuthority: SSHAuthority? = nil
  ) throws -> Program.Result {
    try folder.write(key.pem, to: "key")
    try folder.write(certificates.ssh.line + "\n", to: "key-cert.pub")
    let authority = hostAuthority ?? cluster.sshHosts
    try folder.write(
      "@cert-authority *.example.com \(authority.authorizedKey)\n", to: "known_hosts")
    let options = [
      "ProxyCommand=\(Self.path) -i -e -f \(folder.path("sshd_config"))",
      "UserKnownHostsFile=\(folder.path("known_hosts"))", "GlobalKnownHostsFile=/dev/null",
      "StrictHostKeyChecking=yes", "IdentitiesOnly=yes", "IdentityAgent=none", "BatchMode=yes",
      "CertificateFile=\(folder.path("key-cert.pub"))",
    ]
    return try Program(path: "/usr/bin/ssh").run(
      ["-F", "/dev/null", "-i", folder.path("key")] + options.flatMap { ["-o", $0] }
        + ["\(NSUserName())@server.example.com", "echo in"], expecting: nil)
  }
}
