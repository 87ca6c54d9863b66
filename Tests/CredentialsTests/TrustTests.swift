import Foundation
import Testing

@testable import Credentials

/// Pins recognise a cluster, chains recognise its clients.
@Suite struct TrustTests {
  @Test("a pin is the SHA-256 of the key as openssl computes it") func pin() throws {
    let certificate = try Cluster.example.get().hosts.certificate
    let folder = try Folder()
    let path = try folder.write(certificate.pem, to: "ca.pem")
    let shown = try Program(path: "/bin/sh").run([
      "-c",
      "openssl x509 -in '\(path)' -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum",
    ]).output
    #expect(try CertificatePin(certificate).description == "sha256:" + shown.prefix(64))
  }

  @Test("the pin of a version 1 certificate is found where it stands") func versionOne() throws {
    let key = try PrivateKey.generate(.rsa2048)
    let folder = try Folder()
    let path = try folder.write(key.pem, to: "key")
    let request = try Program.openssl.run(["req", "-new", "-key", path, "-subj", "/O=c"]).output
    let pem = try Program.openssl.run(
      ["x509", "-req", "-signkey", path, "-days", "9"], input: request
    ).output
    let certificate = try TLSCertificate(pem: pem)
    #expect(try certificate.publicKey == key.publicKey)
    #expect(try certificate.subjectPublicKeyInfo == key.publicKey.pkixDER)
  }

  @Test("pins follow their rules, row by row") func pinRules() throws {
    let cluster = try Cluster.example.get()
    let first = cluster.users.certificate
    let second = cluster.hosts.certificate
    let one = try CertificatePin(first).description
    let two = try CertificatePin(second).description
    typealias Code = CredentialError.Code
    let now = Cluster.now
    let end = now + TLSAuthority.lifetime
    let rows: [(String, [String], [TLSCertificate], UnixSeconds, Code?)] = [
      ("the right pin", [one], [first], now, nil),
      ("one pin for each certificate", [one, two], [second, first], now, nil),
      ("a pin that matches nothing is harmless", [one, "sha256:00"], [first], now, nil),
      ("one unpinned certificate fails all", [one], [first, second], now, .untrusted),
      ("a foreign pin", ["sha256:00"], [first], now, .untrusted),
      (
        "upper-case hex is another pin", ["sha256:" + one.dropFirst(7).uppercased()], [first], now,
        .untrusted
      ),
      ("another hash", ["sha1:" + one.dropFirst(7)], [first], now, .malformed),
      ("upper-case hash name", ["SHA256:" + one.dropFirst(7)], [first], now, .malformed),
      ("no hash name", [String(one.dropFirst(7))], [first], now, .malformed),
      ("three parts", [one + ":x"], [first], now, .malformed),
      ("empty pin", [""], [first], now, .malformed),
      ("a malformed pin beside the right one", [one, "rubbish"], [first], now, .malformed),
      ("no certificate at all", [one], [], now, .missing),
      ("the last second", [one], [first], end, nil),
      ("after the end", [one], [first], end + 1, .expired),
      ("before the start", [one], [first], now - 61, .notYetValid),
    ]
    for (row, pins, certificates, moment, code) in rows {
      #expect(
        failure { try CertificatePin.check(pins, against: certificates, now: moment) }?.code
          == code,
        "\(row)")
    }
  }

  static func verdict(
    _ verifier: TLSChainVerifier, _ chain: [[UInt8]], at now: UnixSeconds = Cluster.now
  ) async -> CredentialError.Code? {
    do {
      _ = try await verifier.verify(chain: chain, now: now)
      return nil
    } catch {
      return error.code
    }
  }

  @Test("a client chain is trusted only if it leads to the pool, in time and for clients")
  func chains() async throws {
    let cluster = try Cluster.example.get()
    let key = try PrivateKey.generate(.ecdsaP256).publicKey
    let leaf = try cluster.certificates(for: key).tls
    // Same name, other keys: what a cluster of the same name elsewhere would present.
    let twin = try Cluster("example.com")
    let foreign = try twin.certificates(for: key).tls
    let verifier = TLSChainVerifier(
      authorities: [cluster.hosts.certificate, cluster.users.certificate])
    let now = Cluster.now
    #expect(await Self.verdict(verifier, [leaf.der]) == nil)
    #expect(await Self.verdict(verifier, [leaf.der, cluster.users.certificate.der]) == nil)
    #expect(await Self.verdict(verifier, [leaf.der], at: now + 3600) == nil)
    #expect(await Self.verdict(verifier, [leaf.der], at: now + 3601) == .expired)
    #expect(await Self.verdict(verifier, [leaf.der], at: now - 61) == .notYetValid)
    #expect(await Self.verdict(verifier, [foreign.der]) == .untrusted)
    #expect(
      await Self.verdict(verifier, [foreign.der, twin.users.certificate.der]) == .untrusted)
    #expect(await Self.verdict(verifier, [leaf.der, foreign.der]) == nil)
    #expect(await Self.verdict(verifier, []) == .missing)
    #expect(await Self.verdict(verifier, [[0x30]]) == .malformed)
    #expect(await Self.verdict(verifier, [leaf.der, [0x30]]) == .malformed)
    #expect(
      await Self.verdict(verifier, Array(repeating: leaf.der, count: 5)) == .malformed)
    #expect(
      await Self.verdict(verifier, [cluster.users.certificate.der]) == .unsupported)
    #expect(await Self.verdict(TLSChainVerifier(authorities: []), [leaf.der]) == .untrusted)
    #expect(
      await Self.verdict(TLSChainVerifier(authorities: [foreign]), [leaf.der]) == .untrusted)
  }

  @Test("a user's certificate is no intermediate authority") func noLadder() async throws {
    let cluster = try Cluster.example.get()
    let folder = try Folder()
    let key = try PrivateKey.generate(.ecdsaP256)
    let leaf = try cluster.certificates(for: key.publicKey).tls
    let keyPath = try folder.write(key.pem, to: "key")
    let leafPath = try folder.write(leaf.pem, to: "leaf")
    let request = try Program.openssl.run([
      "req", "-new", "-key", keyPath, "-subj", "/O=admin/CN=root",
    ]).output
    let forged = try TLSCertificate(
      pem: Program.openssl.run(
        ["x509", "-req", "-CA", leafPath, "-CAkey", keyPath, "-days", "9"], input: request
      ).output)
    let verifier = TLSChainVerifier(authorities: [cluster.users.certificate])
    let moment = forged.validity.notBefore
    let wide = try cluster.users.issue(
      Cluster.bot(), for: key.publicKey, validity: Validity(notBefore: 0, notAfter: moment + 99))
    #expect(await Self.verdict(verifier, [wide.der], at: moment) == nil)
    #expect(
      await Self.verdict(verifier, [forged.der, wide.der], at: moment) == .untrusted)
  }

  @Test("a certificate for servers only does not let a client in") func usage() async throws {
    let key = try PrivateKey.generate(.ecdsaP256)
    let folder = try Folder()
    let path = try folder.write(key.pem, to: "key")
    func certificate(_ usage: [String]) throws -> TLSCertificate {
      try TLSCertificate(
        pem: Program.openssl.run(
          ["req", "-x509", "-new", "-key", path, "-subj", "/O=c", "-days", "9"]
            + ["-addext", "basicConstraints=CA:FALSE"] + usage.flatMap { ["-addext", $0] }
        ).output)
    }
    #expect(try !certificate(["extendedKeyUsage=serverAuth"]).isForClients)
    #expect(try certificate(["extendedKeyUsage=serverAuth,clientAuth"]).isForClients)
    #expect(try certificate(["extendedKeyUsage=anyExtendedKeyUsage"]).isForClients)
    #expect(try certificate([]).isForClients)
    let server = try certificate(["extendedKeyUsage=serverAuth"])
    #expect(
      await Self.verdict(
        TLSChainVerifier(authorities: [server]), [server.der], at: server.validity.notBefore)
        == .unsupported)
  }
}
