import Documents
import PluginHost
import PluginKit
import TPMMessages
import TPMStructures
import Testing

/// The conformance table of the method, row by row.
@Suite("conformance") struct ConformanceTests {
  private let tpm = SoftTPM()
  private let hash = Hex.text(Digest.of(OpenSSLKey.rsaEndorsement.publicKeyInfo))
  private let maker: Maker
  private let certificate: [UInt8]

  init() throws {
    maker = try Maker()
    certificate = try maker.endorse(tpm.endorsement.publicKeyInfo)
  }

  private func expect(
    _ outcome: Authority.Outcome, serial: String, verified: Bool,
    location: SourceLocation = #_sourceLocation
  ) {
    #expect(outcome.refusal?.message == nil, sourceLocation: location)
    #expect(outcome.attributes?["ek_pub_hash"]?.string == hash, sourceLocation: location)
    #expect(outcome.attributes?["ek_cert_serial"]?.string == serial, sourceLocation: location)
    #expect(outcome.attributes?["ek_cert_verified"]?.bool == verified, sourceLocation: location)
  }

  @Test("bare EK, no CA list", arguments: Build.available)
  func bareKey(build: Build) async throws {
    let authority = Authority(build, allowing: tpm)
    expect(try await authority.join(tpm), serial: "", verified: false)
  }

  @Test("bare EK, CA list", arguments: Build.available)
  func bareKeyWithList(build: Build) async throws {
    let authority = Authority(build, allowing: tpm, authorities: [try maker.pem])
    let refusal = try await authority.join(tpm).refusal
    #expect(refusal?.message.contains("tpm did not provide an EKCert") == true)
    #expect(refusal?.reason == .accessDenied)
  }

  @Test("certificate, no CA list", arguments: Build.available)
  func certificateWithoutList(build: Build) async throws {
    let authority = Authority(build, allowing: tpm)
    expect(
      try await authority.join(tpm, tpm.evidence(certificate: certificate)),
      serial: Maker.serialText, verified: false)
  }

  @Test("certificate, right CA", arguments: Build.available)
  func rightAuthority(build: Build) async throws {
    let authority = Authority(
      build, allowing: tpm, authorities: [try Maker("Other").pem, try maker.pem])
    expect(
      try await authority.join(tpm, tpm.evidence(certificate: certificate)),
      serial: Maker.serialText, verified: true)
  }

  @Test("certificate, wrong CA", arguments: Build.available)
  func wrongAuthority(build: Build) async throws {
    let authority = Authority(build, allowing: tpm, authorities: [try Maker().pem])
    let refusal = try await authority.join(tpm, tpm.evidence(certificate: certificate)).refusal
    #expect(refusal?.message.contains("certificate signed by unknown authority") == true)
    #expect(refusal?.reason == .accessDenied)
  }

  @Test("solution altered", arguments: Build.available)
  func alteredSolution(build: Build) async throws {
    let authority = Authority(build, allowing: tpm)
    let refusal = try await authority.join(tpm.evidence().encoded) { credential in
      tpm.activate(credential).map { [$0[0] ^ 1] + $0.dropFirst() }
    }.refusal
    #expect(refusal?.message == "invalid credential activation solution")
    #expect(refusal?.reason == .accessDenied)
  }

  @Test(
    "rule by hash, serial, or both; equal", arguments: Build.available,
    [[true, false], [false, true], [true, true]])
  func matchingRule(build: Build, fields: [Bool]) async throws {
    var rule = [("description", "example-server-100")]
    if fields[0] { rule.append(("ek_public_hash", hash)) }
    if fields[1] { rule.append(("ek_certificate_serial", Maker.serialText)) }
    let other = [("ek_public_hash", String(repeating: "0", count: 64))]
    let spec = Token.spec([other, rule], authorities: [try maker.pem])
    let authority = Authority(build, spec: spec)
    #expect(try await authority.notes(spec).isEmpty)
    expect(
      try await authority.join(tpm, tpm.evidence(certificate: certificate)),
      serial: Maker.serialText, verified: true)
  }

  @Test("rule hash or serial differs", arguments: Build.available, [true, false])
  func differingRule(build: Build, hashDiffers: Bool) async throws {
    let rule = [
      ("ek_public_hash", hashDiffers ? String(repeating: "0", count: 64) : hash),
      ("ek_certificate_serial", hashDiffers ? Maker.serialText : "04:c0:1d:b4:00:b0:c8"),
    ]
    let authority = Authority(
      build, spec: Token.spec([rule], authorities: [try maker.pem]))
    let refusal = try await authority.join(tpm, tpm.evidence(certificate: certificate)).refusal
    #expect(refusal?.message.contains("did not match any allow rules") == true)
    #expect(refusal?.reason == .accessDenied)
    // The operator sees what to put into the token; the client does not.
    #expect(refusal?.audit.contains(hash) == true)
    #expect(refusal?.audit.contains(Maker.serialText) == true)
    #expect(refusal?.message.contains(hash) == false)
  }

  @Test(
    "a serial of a certificate that nobody verified matches no rule", arguments: Build.available)
  func unverifiedSerial(build: Build) async throws {
    // Not admitted, but a token may have been stored by another program.
    let authority = Authority(
      build, spec: Token.spec([[("ek_certificate_serial", Maker.serialText)]]))
    let refusal = try await authority.join(tpm, tpm.evidence(certificate: certificate)).refusal
    #expect(refusal?.message.contains("create the token again") == true)
  }
}
