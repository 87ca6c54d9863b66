import Foundation
import Testing

@testable import Credentials

/// OpenSSH and Python read the certificates we sign, and we read theirs.
@Suite struct SSHCertificateTests {
  static let pairs = KeyAlgorithm.allCases.flatMap { subject in
    KeyAlgorithm.allCases.map { (subject, $0) }
  }

  /// Takes a certificate apart by hand and has `cryptography` judge its signature.
  static let pythonScript = """
    import sys, base64, struct
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.serialization import load_ssh_public_key
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
    blob = base64.b64decode(sys.stdin.read().split()[1])
    class Reader:
        def __init__(self, data): self.data, self.at = data, 0
        def number(self, form):
            self.at += struct.calcsize(form)
            return struct.unpack(form, self.data[self.at - struct.calcsize(form):self.at])[0]
        def string(self):
            size = self.number(">I")
            assert self.at + size <= len(self.data)
            self.at += size
            return self.data[self.at - size:self.at]
        def strings(self):
            while self.at < len(self.data): yield self.string()
    r = Reader(blob)
    kind = r.string()
    assert len(r.string()) == 32
    for _ in range({b"ssh-ed": 1, b"ecdsa-": 2, b"ssh-rs": 2}[kind[:6]]): r.string()
    serial, role, key_id = r.number(">Q"), r.number(">I"), r.string()
    principals = list(Reader(r.string()).strings())
    after, before = r.number(">Q"), r.number(">Q")
    assert r.string() == b""
    extensions = list(Reader(r.string()).strings())
    assert r.string() == b""
    signer = r.string()
    signed = blob[:r.at]
    signature = Reader(r.string())
    assert r.at == len(blob)
    name, value = signature.string(), signature.string()
    key = load_ssh_public_key(Reader(signer).string() + b" " + base64.b64encode(signer))
    if isinstance(key, ed25519.Ed25519PublicKey):
        key.verify(value, signed)
    elif isinstance(key, rsa.RSAPublicKey):
        assert name == b"rsa-sha2-512"
        key.verify(value, signed, padding.PKCS1v15(), hashes.SHA512())
    else:
        r, s = (int.from_bytes(part, "big") for part in Reader(value).strings())
        key.verify(utils.encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
    print(key_id.decode(), serial, role, after, before, sep="|")
    print(",".join(p.decode() for p in principals))
    for name, value in zip(extensions[::2], extensions[1::2]):
        print(name.decode() + "=" + b"".join(Reader(value).strings()).decode())
    """

  @Test(
    "ssh-keygen -L and Python accept a user certificate of every key under every authority",
    arguments: pairs)
  func issued(subject: KeyAlgorithm, authority: KeyAlgorithm) throws {
    let signer = SSHAuthority(key: try .generate(authority))
    let key = try PrivateKey.generate(subject).publicKey
    let request = SSHUserCertificate(
      identity: Cluster.bot(), validity: Validity(from: Cluster.now, until: Cluster.now + 3600))
    let certificate = try signer.issue(request.content, for: key)

    let folder = try Folder()
    let path = try folder.write(certificate.line + "\n", to: "key-cert.pub")
    let text = try Program.sshKeygen.run(["-L", "-f", path]).output
    #expect(text.contains("user certificate"))
    #expect(text.contains("Key ID: \"bot-example\""))
    #expect(text.contains(signer.key.publicKey.sshFingerprint))
    #expect(text.contains(key.sshFingerprint))
    if authority == .rsa2048 { #expect(text.contains("using rsa-sha2-512")) }

    let read = try Program.python(Self.pythonScript, input: certificate.line)
    let lines = read.split(separator: "\n").map(String.init)
    #expect(lines[0] == "bot-example|0|1|\(Cluster.now - 60)|\(Cluster.now + 3600)")
    #expect(lines[1] == "root,ubuntu,-teleport-internal-join")
    #expect(
      lines.dropFirst(2) == [
        "bot-instance-id@goteleport.com=5b1f9d0a-4b0c-4d53-9c4e-0d3cb7a4c0f1",
        "bot-name@goteleport.com=example",
        "generation=7",
        "permit-pty=",
        "private-key-policy=none",
        "renewable=",
        #"teleport-roles={"version":"v1","roles":["bot-example"]}"#,
        #"teleport-traits={"logins":["root","ubuntu"],"é\"<":["ü","\\"]}"#,
      ])
    #expect(try SSHCertificate(line: certificate.line) == certificate)
    try certificate.verify(authorities: [signer.key.publicKey])
  }

  @Test("we read and verify what ssh-keygen signs", arguments: pairs)
  func foreign(subject: KeyAlgorithm, authority: KeyAlgorithm) throws {
    let folder = try Folder()
    func keygen(_ algorithm: KeyAlgorithm, _ name: String) throws -> PublicKey {
      let type = ["ed25519": "ed25519", "ecdsa-p256": "ecdsa", "rsa-2048": "rsa"][
        algorithm.rawValue]
      let bits = algorithm == .rsa2048 ? "2048" : "256"
      try Program.sshKeygen.run([
        "-q", "-t", type ?? "", "-b", bits, "-N", "", "-f", folder.path(name),
      ])
      return try PublicKey(authorizedKey: folder.read(name + ".pub"))
    }
    let signer = try keygen(authority, "ca")
    let key = try keygen(subject, "key")
    let algorithms = authority == .rsa2048 ? ["rsa-sha2-256", "rsa-sha2-512"] : [""]
    for algorithm in algorithms {
      try Program.sshKeygen.run(
        ["-q", "-s", folder.path("ca"), "-I", "an id", "-z", "42", "-n", "alice,bob"]
          + ["-V", "0x10:0x20", "-O", "source-address=10.0.0.0/8", "-O", "clear"]
          + ["-O", "permit-pty", "-O", "extension:x@example.com=a value"]
          + (algorithm.isEmpty ? [] : ["-t", algorithm]) + [folder.path("key.pub")])
      let certificate = try SSHCertificate(line: folder.read("key-cert.pub"))
      #expect(
        certificate.content
          == SSHCertificateContent(
            kind: .user, keyID: "an id", principals: ["alice", "bob"], validAfter: 16,
            validBefore: 32, serial: 42, criticalOptions: ["source-address": "10.0.0.0/8"],
            extensions: ["permit-pty": "", "x@example.com": "a value"]))
      #expect(try certificate.publicKey == key)
      try certificate.verify(authorities: [try PrivateKey.generate(.ed25519).publicKey, signer])
    }
  }

  @Test("a certificate of a foreign authority or with an altered signature is not trusted")
  func untrusted() throws {
    let cluster = try Cluster.example.get()
    let key = try PrivateKey.generate(.ed25519).publicKey
    let certificate = try cluster.certificates(for: key).ssh
    let other = try PrivateKey.generate(.ed25519).publicKey
    #expect(failure { try certificate.verify(authorities: [other]) }?.code == .untrusted)
    #expect(failure { try certificate.verify(authorities: []) }?.code == .untrusted)
    var blob = certificate.blob
    blob[blob.count - 1] ^= 1
    let altered = try SSHCertificate(blob: blob)
    #expect(
      failure { try altered.verify(authorities: [cluster.sshUsers.key.publicKey]) }?.code
        == .untrusted)
  }

  @Test("RSA signatures with SHA-1 are not read") func sha1() throws {
    let signature = SSHSignature(.rsaSHA512, [1, 2, 3]).blob
    var writer = SSHWriter()
    writer.text("ssh-rsa")
    writer.string([1, 2, 3])
    #expect(failure { try SSHSignature(parsing: writer.bytes[...]) }?.code == .unsupported)
    #expect(try SSHSignature(parsing: signature[...]).bytes == [1, 2, 3])
  }

  @Test("a host certificate names the host, its cluster and its role") func host() throws {
    let cluster = try Cluster.example.get()
    let key = try PrivateKey.generate(.ed25519).publicKey
    let request = SSHHostCertificate(
      hostID: "c0ffee", clusterName: "example.com", nodeName: "web1",
      principals: ["web1.internal", "localhost"], notBefore: Cluster.now, notAfter: nil)
    let certificate = try cluster.sshHosts.issue(request.content, for: key)
    let folder = try Folder()
    let path = try folder.write(certificate.line, to: "host-cert.pub")
    let text = try Program.sshKeygen.run(["-L", "-f", path]).output
    #expect(text.contains("host certificate"))
    #expect(text.contains("Key ID: \"c0ffee\""))
    #expect(text.contains("Valid: after 2"))
    #expect(
      certificate.content.principals == [
        "c0ffee.example.com", "c0ffee", "web1.example.com", "web1", "localhost", "127.0.0.1",
        "::1", "web1.internal",
      ])
    #expect(
      certificate.content.extensions
        == ["x-teleport-authority": "example.com", "x-teleport-role": "Node"])
    let plain = SSHHostCertificate(
      clusterName: "example.com", principals: ["a", "b"], notBefore: 0, notAfter: 5)
    #expect(plain.content.principals == ["a", "b"])
    #expect(plain.content.validBefore == 5)
  }

  @Test("the old format drops roles, traits and route, and a pinned address becomes an option")
  func oldFormat() throws {
    var identity = Cluster.bot(renewable: false)
    identity.routeToCluster = "leaf.example.com"
    identity.pinnedIP = "192.0.2.7"
    identity.impersonator = "bot-example"
    identity.disallowReissue = true
    identity.previousIdentityExpires = Cluster.now
    var request = SSHUserCertificate(
      identity: identity, validity: Validity(notBefore: 1, notAfter: 2))
    request.permitPortForwarding = true
    #expect(request.content.extensions["teleport-route-to-cluster"] == "leaf.example.com")
    request.format = .oldSSH
    #expect(
      request.content.extensions.keys.sorted() == [
        "bot-instance-id@goteleport.com", "bot-name@goteleport.com", "disallow-reissue",
        "generation", "impersonator", "permit-port-forwarding", "permit-pty",
        "prev-identity-expires", "private-key-policy",
      ])
    #expect(request.content.extensions["prev-identity-expires"] == "2026-01-01T00:00:00Z")
    #expect(request.content.criticalOptions == ["source-address": "192.0.2.7/32"])
    request.identity.pinnedIP = "2001:db8::1"
    #expect(request.content.criticalOptions == ["source-address": "2001:db8::1/128"])
  }

  @Test("an authority never signs for any principal, and never what was over before it began")
  func refusals() throws {
    let cluster = try Cluster.example.get()
    let key = try PrivateKey.generate(.ed25519).publicKey
    func content(_ principals: [String], _ after: UInt64, _ before: UInt64) -> SSHCertificateContent
    {
      SSHCertificateContent(
        kind: .user, keyID: "x", principals: principals, validAfter: after, validBefore: before)
    }
    #expect(failure { try cluster.sshUsers.issue(content([], 1, 2), for: key) }?.code == .missing)
    #expect(
      failure { try cluster.sshUsers.issue(content(["a", ""], 1, 2), for: key) }?.code == .missing)
    #expect(
      failure { try cluster.sshUsers.issue(content(["a"], 2, 2), for: key) }?.code == .malformed)
    #expect(
      SSHUserCertificate.principals(allowing: [], uuid: "u")
        == ["-teleport-nologin-u", "-teleport-internal-join"])
    #expect(
      SSHUserCertificate.principals(allowing: ["root"], uuid: "u")
        == ["root", "-teleport-internal-join"])
  }

  @Test("the nonce comes from the entropy that was put in") func nonce() throws {
    let key = try PrivateKey.generate(.ed25519)
    let authority = SSHAuthority(key: key, entropy: Entropy { [UInt8](repeating: 9, count: $0) })
    let content = SSHCertificateContent(
      kind: .user, keyID: "x", principals: ["a"], validAfter: 1, validBefore: 2)
    let first = try authority.issue(content, for: key.publicKey)
    #expect(try authority.issue(content, for: key.publicKey) == first)
    #expect(first.blob.split(separator: 9).count > 1)
  }
}
