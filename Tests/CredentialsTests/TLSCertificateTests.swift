import Foundation
import Testing

@testable import Credentials

/// OpenSSL and Python read the certificates we issue.
@Suite struct TLSCertificateTests {
  @Test("openssl verify follows our chain for every algorithm", arguments: KeyAlgorithm.allCases)
  func verifies(algorithm: KeyAlgorithm) throws {
    let authority = try TLSAuthority.selfSigned(
      clusterName: "example.com", key: .generate(algorithm), now: Cluster.now)
    let other = try TLSAuthority.selfSigned(
      clusterName: "example.com", key: .generate(.ecdsaP256), now: Cluster.now)
    let key = try PrivateKey.generate(.ecdsaP256).publicKey
    let certificate = try authority.issue(
      Cluster.bot(), for: key, validity: Validity(from: Cluster.now, until: Cluster.now + 3600))
    let folder = try Folder()
    let leaf = try folder.write(certificate.pem, to: "leaf.pem")
    let authorities = try folder.write(
      other.certificate.pem + authority.certificate.pem, to: "ca.pem")
    let foreign = try folder.write(other.certificate.pem, to: "other.pem")
    func verify(_ pool: String, at moment: UnixSeconds) throws -> Bool {
      try Program.openssl.run(
        ["verify", "-x509_strict", "-purpose", "sslclient", "-attime", "\(moment)"]
          + ["-CAfile", pool, leaf], expecting: nil
      ).status == 0
    }
    #expect(try verify(authorities, at: Cluster.now))
    #expect(try verify(authorities, at: Cluster.now - 60))
    #expect(try verify(authorities, at: Cluster.now + 3599))
    #expect(try !verify(authorities, at: Cluster.now - 61))
    #expect(try !verify(authorities, at: Cluster.now + 3601))
    #expect(try !verify(foreign, at: Cluster.now))
  }

  @Test("openssl x509 shows usages, constraints and names as they should be") func parts() throws {
    let cluster = try Cluster.example.get()
    let key = try PrivateKey.generate(.rsa2048).publicKey
    let user = try cluster.users.issue(
      Cluster.bot(), for: key, validity: Validity(from: Cluster.now, until: Cluster.now + 3600))
    let text = try Program.openssl.run(["x509", "-noout", "-text"], input: user.pem).output
    #expect(text.contains("Digital Signature, Key Encipherment\n"))
    #expect(text.contains("TLS Web Server Authentication, TLS Web Client Authentication"))
    #expect(text.contains("CA:FALSE"))
    #expect(text.contains("Not Before: Dec 31 23:59:00 2025 GMT"))
    #expect(text.contains("Not After : Jan  1 01:00:00 2026 GMT"))
    #expect(text.contains("ecdsa-with-SHA256"))
    #expect(!text.contains("Subject Alternative Name"))
    #expect((1...16).contains(user.serialNumber.count))

    let authority = try Program.openssl.run(
      ["x509", "-noout", "-text"], input: cluster.hosts.certificate.pem
    ).output
    #expect(
      authority.contains("Digital Signature, Key Encipherment, Certificate Sign, CRL Sign\n"))
    #expect(authority.contains("CA:TRUE"))
    let serial = Decimal.text(cluster.hosts.certificate.serialNumber)
    #expect(authority.contains("O = example.com, CN = example.com, serialNumber = \(serial)"))
    #expect(authority.contains("Not After : Dec 30 00:00:00 2035 GMT"))
  }

  @Test("a server certificate carries names and addresses of all kinds") func server() throws {
    let cluster = try Cluster.example.get()
    let key = try PrivateKey.generate(.ecdsaP256).publicKey
    let validity = Validity(from: Cluster.now, until: Cluster.now + 3600)
    let certificate = try cluster.hosts.issue(
      .host(
        id: "c0ffee", clusterName: "example.com", role: "Auth",
        publicNames: ["auth.example.com", "127.0.0.1", "::1", "2001:db8::7"], validity: validity),
      for: key)
    let text = try Program.openssl.run(["x509", "-noout", "-text"], input: certificate.pem).output
    for name in [
      "DNS:*.teleport.cluster.local", "DNS:teleport.cluster.local", "DNS:auth.example.com",
      "DNS:c0ffee.example.com", "IP Address:127.0.0.1", "IP Address:0:0:0:0:0:0:0:1",
      "IP Address:2001:DB8:0:0:0:0:0:7",
    ] {
      #expect(text.contains(name), "\(name)")
    }
    #expect(text.contains("O = Auth, CN = c0ffee.example.com"))
    let folder = try Folder()
    let leaf = try folder.write(certificate.pem, to: "leaf.pem")
    let pool = try folder.write(cluster.hosts.certificate.pem, to: "ca.pem")
    for (option, name, good) in [
      ("-verify_hostname", "teleport.cluster.local", true),
      ("-verify_hostname", "6578.teleport.cluster.local", true),
      ("-verify_ip", "::1", true), ("-verify_hostname", "evil.example.com", false),
      ("-verify_ip", "127.0.0.2", false),
    ] {
      let status = try Program.openssl.run(
        ["verify", "-attime", "\(Cluster.now)", option, name, "-CAfile", pool, leaf],
        expecting: nil
      ).status
      #expect((status == 0) == good, "\(option) \(name)")
    }
  }

  @Test("an authority for workloads carries its URI") func uri() throws {
    let authority = try TLSAuthority.selfSigned(
      clusterName: "example.com", key: .generate(.ecdsaP256), now: Cluster.now,
      uris: ["spiffe://example.com"])
    let text = try Program.openssl.run(
      ["x509", "-noout", "-text"], input: authority.certificate.pem
    ).output
    #expect(text.contains("URI:spiffe://example.com"))
  }

  @Test("an authority is restored from its stored parts and from nothing else") func restored()
    throws
  {
    let cluster = try Cluster.example.get()
    let pem = cluster.users.certificate.pem
    let restored = try TLSAuthority(
      certificate: TLSCertificate(pem: pem), key: PrivateKey(pem: cluster.users.key.pem))
    #expect(restored.certificate == cluster.users.certificate)
    #expect(
      failure {
        try TLSAuthority(certificate: TLSCertificate(pem: pem), key: cluster.hosts.key)
      }?.code == .mismatch)
    let key = try PrivateKey.generate(.ecdsaP256)
    let leaf = try cluster.certificates(for: key.publicKey).tls
    #expect(failure { try TLSAuthority(certificate: leaf, key: key) }?.code == .unsupported)
  }

  @Test("certificates that say nothing or end before they begin are not issued") func refusals()
    throws
  {
    let cluster = try Cluster.example.get()
    let key = try PrivateKey.generate(.ecdsaP256).publicKey
    let hour = Validity(notBefore: 0, notAfter: 3600)
    let nameless = TLSIdentity(username: "", roles: ["a"])
    let roleless = TLSIdentity(username: "a", roles: [])
    #expect(
      failure { try cluster.users.issue(nameless, for: key, validity: hour) }?.code == .missing)
    #expect(
      failure { try cluster.users.issue(roleless, for: key, validity: hour) }?.code == .missing)
    let endless = Validity(notBefore: 0, notAfter: .max)
    #expect(
      failure { try cluster.users.issue(Cluster.bot(), for: key, validity: endless) }?.code
        == .malformed)
    let longest = Validity(notBefore: 0, notAfter: 253_402_300_799)
    #expect(
      try cluster.users.issue(Cluster.bot(), for: key, validity: longest).validity == longest)
    let backwards = Validity(notBefore: 2, notAfter: 1)
    #expect(
      failure { try cluster.users.issue(Cluster.bot(), for: key, validity: backwards) }?.code
        == .malformed)
  }

  @Test("the serial number is 128 bits of the entropy that was put in, positive and not zero")
  func serial() throws {
    for (byte, expected) in [
      (UInt8(0xFF), "00" + String(repeating: "ff", count: 16)), (0, "01"),
      (1, String(repeating: "01", count: 16)),
    ] {
      let authority = try TLSAuthority.selfSigned(
        clusterName: "c", key: .generate(.ecdsaP256), now: 0,
        entropy: Entropy { [UInt8](repeating: byte, count: $0) })
      let serial = authority.certificate.serialNumber
      #expect(hex(serial) == expected || hex([0] + serial) == expected)
      let shown = try Program.openssl.run(
        ["x509", "-noout", "-serial"], input: authority.certificate.pem
      ).output
      #expect(shown.lowercased().hasSuffix(hex(serial.drop { $0 == 0 }) + "\n"))
      #expect(!shown.contains("-"))
    }
  }

  @Test("long numbers have the right decimal digits") func decimal() {
    #expect(Decimal.text([]) == "0")
    #expect(Decimal.text([0, 0]) == "0")
    #expect(Decimal.text([1, 0]) == "256")
    #expect(
      Decimal.text([UInt8](repeating: 255, count: 16)) == "340282366920938463463374607431768211455")
  }
}
