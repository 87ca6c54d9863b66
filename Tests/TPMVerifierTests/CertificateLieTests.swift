import Documents
import PluginHost
import TPMMessages
import Testing

/// Lies about the endorsement key and its certificate.
@Suite("every false endorsement is refused") struct CertificateLieTests {
  private let tpm = SoftTPM()
  private let maker: Maker

  init() throws { maker = try Maker() }

  private func join(
    _ build: Build, _ certificate: [UInt8], listing makers: [Maker]? = nil
  ) async throws -> String {
    let authority = Authority(
      build, allowing: tpm, authorities: try (makers ?? [maker]).map { try $0.pem })
    let outcome = try await authority.join(tpm, tpm.evidence(certificate: certificate))
    return outcome.refusal?.message ?? "joined"
  }

  @Test(
    "the EKCert of another key gets a credential this TPM cannot open",
    arguments: Build.available)
  func otherKeysCertificate(build: Build) async throws {
    let other = try maker.endorse(OpenSSLKey.otherEndorsement.publicKeyInfo)
    #expect(
      try await join(build, other) == "the client gave up: \"activating the credential failed\"")
    // And one who only has that other key is stopped by the rules.
    let authority = Authority(build, allowing: tpm, authorities: [try maker.pem])
    let outside = SoftTPM(endorsement: .otherEndorsement)
    let outcome = try await authority.join(outside, outside.evidence(certificate: other))
    #expect(outcome.refusal?.message.contains("did not match any allow rules") == true)
  }

  @Test(
    "an EKCert from an unlisted CA is refused, also one with the listed CA's name",
    arguments: Build.available)
  func unlistedAuthority(build: Build) async throws {
    let text = "validating tpm: verifying EKCert: certificate signed by unknown authority"
    let stranger = try Maker("Stranger")
    #expect(try await join(build, try stranger.endorse(tpm.endorsement.publicKeyInfo)) == text)
    let namesake = try Maker()
    #expect(try await join(build, try namesake.endorse(tpm.endorsement.publicKeyInfo)) == text)
  }

  @Test(
    "an expired or not yet valid EKCert is refused at the authority's own time",
    arguments: Build.available)
  func validity(build: Build) async throws {
    let certificate = try maker.endorse(
      tpm.endorsement.publicKeyInfo, notBefore: -100, notAfter: 100)
    let authority = Authority(build, allowing: tpm, authorities: [try maker.pem])
    let evidence = tpm.evidence(certificate: certificate)
    for (offset, reason) in [
      (-101, "the certificate is not yet valid"), (-100, ""), (99, ""),
      (101, "the certificate has expired"),
    ] as [(Int64, String)] {
      authority.clock.now = TestClock.start + offset
      let message = try await authority.join(tpm, evidence).refusal?.message ?? ""
      #expect(message == (reason.isEmpty ? "" : "validating tpm: verifying EKCert: " + reason))
    }
  }

  @Test("an EKCert whose CA has expired is refused", arguments: Build.available)
  func expiredAuthority(build: Build) async throws {
    let old = try Maker("Old", notAfter: -1)
    let certificate = try old.endorse(tpm.endorsement.publicKeyInfo)
    #expect(
      try await join(build, certificate, listing: [old])
        .contains("the certificate of its authority has expired"))
  }

  @Test(
    "an unknown critical extension is refused, the critical SAN of every EKCert is not",
    arguments: Build.available)
  func criticalExtension(build: Build) async throws {
    let strange = try maker.endorse(
      tpm.endorsement.publicKeyInfo, unknownCriticalExtension: true)
    #expect(try await join(build, strange).contains("unhandled critical extension"))
    #expect(try await join(build, try maker.endorse(tpm.endorsement.publicKeyInfo)) == "joined")
  }

  @Test("a certificate issued by an EKCert is refused", arguments: Build.available)
  func issuedByLeaf(build: Build) async throws {
    let leaf = try Maker(leafOf: maker)
    let certificate = try leaf.endorse(tpm.endorsement.publicKeyInfo)
    #expect(try await join(build, certificate, listing: [maker]).contains("unknown authority"))
    // Listed by mistake it is trusted for itself, and for nothing it signs.
    #expect(
      try await join(build, certificate, listing: [maker, leaf]).contains("cannot be verified"))
  }

  @Test("the padding of an NV index behind the EKCert does not matter", arguments: Build.available)
  func padding(build: Build) async throws {
    let certificate = try maker.endorse(tpm.endorsement.publicKeyInfo)
    for padding in [[UInt8](repeating: 0xFF, count: 600), [0], [0x30, 0x82]] {
      #expect(try await join(build, certificate + padding) == "joined")
    }
  }

  @Test(
    "what is no certificate is refused", arguments: Build.available,
    [[0x30], [0x30, 0x80], [0x10, 0x01, 0x00], [UInt8](repeating: 0x30, count: 4096)])
  func noCertificate(build: Build, bytes: [UInt8]) async throws {
    #expect(try await join(build, bytes).contains("is no X.509 certificate"))
  }

  @Test(
    "a certificate altered in any byte of its signed part does not join",
    arguments: Build.available)
  func alteredCertificate(build: Build) async throws {
    let certificate = try maker.endorse(tpm.endorsement.publicKeyInfo)
    let authority = Authority(build, allowing: tpm, authorities: [try maker.pem])
    for position in stride(from: 0, to: certificate.count, by: 7) {
      var altered = certificate
      altered[position] ^= 1
      let outcome = try await authority.join(tpm, tpm.evidence(certificate: altered))
      #expect(outcome.refusal != nil, "byte \(position)")
    }
  }

  @Test(
    "serial numbers are spelled as the rules spell them", arguments: Build.available,
    [
      ([0x05], "05"), ([0x5E, 0xCD, 0x5F, 0x8E], "5e:cd:5f:8e"), ([0x00, 0xFF], "ff"),
      (
        [UInt8](repeating: 0x7F, count: 20),
        [String](repeating: "7f", count: 20).joined(separator: ":")
      ),
    ] as [([UInt8], String)])
  func serials(build: Build, row: (bytes: [UInt8], text: String)) async throws {
    let authority = Authority(build, allowing: tpm, authorities: [try maker.pem])
    let certificate = try maker.endorse(tpm.endorsement.publicKeyInfo, serial: row.bytes)
    let outcome = try await authority.join(tpm, tpm.evidence(certificate: certificate))
    #expect(outcome.attributes?["ek_cert_serial"]?.string == row.text)
  }
}
