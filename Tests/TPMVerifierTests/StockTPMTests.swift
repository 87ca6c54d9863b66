import Documents
import PluginHost
import TPMMessages
import Testing

/// Evidence from a TPM stack that is not ours, and credentials that it opens.
@Suite(
  "against swtpm and tpm2-tools", .enabled(if: StockTPM.isInstalled, StockTPM.need), .serialized)
struct StockTPMTests {
  private func join(
    _ build: Build, _ tpm: StockTPM, endorsement: String, certificate: String? = nil,
    authorities: [String] = [], byPolicy: Bool = true, nameHash: String = "sha256"
  ) async throws -> Authority.Outcome {
    let evidence = try tpm.evidence(
      endorsement: endorsement, certificate: certificate, nameHash: nameHash)
    let authority = Authority(
      build,
      spec: Token.spec(
        [[("ek_public_hash", try tpm.publicHash())]], authorities: authorities))
    // Certificates of swtpm begin when they are made.
    authority.clock.now = SystemClock().wallNanoseconds / 1_000_000_000 + 60
    var failure: (any Error)?
    let outcome = try await authority.join(evidence.encoded) { credential in
      do { return try tpm.activate(credential, endorsement: endorsement, byPolicy: byPolicy) } catch
      {
        failure = error
        return nil
      }
    }
    if let failure { throw failure }
    return outcome
  }

  @Test("a TPM without certificates joins with its RSA key", arguments: Build.available)
  func bareKey(build: Build) async throws {
    let tpm = try StockTPM(certificates: false)
    try tpm.run("tpm2_createek -c 0x81010001 -G rsa -u ek.pub")
    let outcome = try await join(build, tpm, endorsement: "0x81010001")
    #expect(outcome.refusal?.message == nil)
    #expect(outcome.attributes?["ek_cert_verified"]?.bool == false)
  }

  @Test(
    "a TPM with a certificate joins with its RSA key, chain and serial verified",
    arguments: Build.available)
  func certificate(build: Build) async throws {
    let tpm = try StockTPM(certificates: true)
    let outcome = try await join(
      build, tpm, endorsement: "0x81010001", certificate: "0x1c00002",
      authorities: try tpm.authorities())
    #expect(outcome.refusal?.message == nil)
    #expect(outcome.attributes?["ek_cert_verified"]?.bool == true)
    let serial = outcome.attributes?["ek_cert_serial"]?.string
    #expect(
      serial?.replacing(":", with: "").uppercased() == (try tpm.certificateSerial()))
  }

  @Test(
    "a TPM joins with its ECC key on P-384 and the certificate of that", arguments: Build.available)
  func largeCurve(build: Build) async throws {
    let tpm = try StockTPM(certificates: true)
    let outcome = try await join(
      build, tpm, endorsement: "0x81010016", certificate: "0x1c00016",
      authorities: try tpm.authorities(), byPolicy: false)
    #expect(outcome.refusal?.message == nil)
    #expect(outcome.attributes?["ek_cert_verified"]?.bool == true)
  }

  @Test("a TPM joins with an ECC key on P-256", arguments: Build.available)
  func smallCurve(build: Build) async throws {
    let tpm = try StockTPM(certificates: false)
    try tpm.run("tpm2_createek -c 0x81010002 -G ecc -u ek.pub")
    let outcome = try await join(build, tpm, endorsement: "0x81010002")
    #expect(outcome.refusal?.message == nil)
  }

  @Test(
    "the credential is made with the endorsement key's hash, whatever the attestation key's name has",
    arguments: Build.available, ["sha384", "sha512"])
  func otherNameHash(build: Build, hash: String) async throws {
    let tpm = try StockTPM(certificates: false)
    try tpm.run("tpm2_createek -c 0x81010001 -G rsa -u ek.pub")
    let outcome = try await join(build, tpm, endorsement: "0x81010001", nameHash: hash)
    #expect(outcome.refusal?.message == nil)
  }

  @Test("the certificate of another TPM's maker is refused", arguments: Build.available)
  func otherMaker(build: Build) async throws {
    let tpm = try StockTPM(certificates: true)
    let outcome = try await join(
      build, tpm, endorsement: "0x81010001", certificate: "0x1c00002",
      authorities: [try Maker().pem])
    #expect(outcome.refusal?.message.contains("unknown authority") == true)
  }

  @Test("a TPM refuses a credential for another key", arguments: Build.available)
  func otherKey(build: Build) async throws {
    let tpm = try StockTPM(certificates: false)
    try tpm.run("tpm2_createek -c 0x81010001 -G rsa -u ek.pub")
    let first = try tpm.evidence(endorsement: "0x81010001", certificate: nil)
    let authority = Authority(
      build, spec: Token.spec([[("ek_public_hash", try tpm.publicHash())]]))
    // A second attestation key takes the place of the one the credential is for.
    _ = try tpm.evidence(endorsement: "0x81010001", certificate: nil)
    _ = try await authority.join(first.encoded) { credential in
      #expect(throws: StockTPM.ToolFailure.self) {
        try tpm.activate(credential, endorsement: "0x81010001", byPolicy: true)
      }
      return nil
    }
  }
}
