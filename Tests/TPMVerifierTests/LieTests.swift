import Documents
import PluginHost
import TPMMessages
import TPMStructures
import Testing

/// One row per way to lie. The liar has all keys he can make in software, and everything a network
/// shows him.
@Suite("every lie is refused") struct LieTests {
  private let tpm = SoftTPM()
  private let outside = SoftTPM(
    endorsement: .otherEndorsement, attestation: .otherAttestation)

  private func refusal(
    _ build: Build, _ evidence: AttestationInit, authorities: [String] = [],
    answer: (EncryptedCredential) -> [UInt8]? = { _ in nil }
  ) async throws -> String {
    let authority = Authority(build, allowing: tpm, authorities: authorities)
    return try await authority.join(evidence.encoded, answer: answer).refusal?.message ?? "joined"
  }

  @Test(
    "a foreign EK is refused by the rules, after its own TPM has proved itself",
    arguments: Build.available)
  func foreignEndorsement(build: Build) async throws {
    let text = try await refusal(build, outside.evidence()) { outside.activate($0) }
    #expect(text.hasPrefix("validated tpm attributes did not match any allow rules"))
  }

  @Test("an allowed EK that is not in the liar's TPM opens nothing", arguments: Build.available)
  func borrowedEndorsement(build: Build) async throws {
    var evidence = outside.evidence()
    evidence.endorsement = .publicKey(tpm.endorsement.publicKeyInfo)
    let text = try await refusal(build, evidence) { outside.activate($0) ?? [0] }
    #expect(text == "invalid credential activation solution")
  }

  @Test(
    "a foreign AK, not loaded beside the EK, gets a credential its TPM cannot open",
    arguments: Build.available)
  func foreignAttestationKey(build: Build) async throws {
    var evidence = outside.evidence()
    evidence.endorsement = .publicKey(tpm.endorsement.publicKeyInfo)
    // The TPM has the EK, but the object it has loaded is its own AK.
    let text = try await refusal(build, evidence) { tpm.activate($0) ?? [0] }
    #expect(text == "invalid credential activation solution")
  }

  @Test(
    "an AK without an attribute that makes it one is refused", arguments: Build.available,
    [
      (ObjectAttributes.fixedTPM, "AK is exportable"),
      (.restricted, "not limited to attestation"), (.fixedParent, "not limited to attestation"),
      (.sensitiveDataOrigin, "not limited to attestation"), (.sign, "not limited to attestation"),
    ])
  func missingAttribute(build: Build, row: (attribute: ObjectAttributes, reason: String))
    async throws
  {
    let evidence = tpm.evidence(area: { $0.attributes.remove(row.attribute) })
    #expect(try await refusal(build, evidence).contains(row.reason))
  }

  @Test("an AK that also decrypts is refused", arguments: Build.available)
  func decryptingKey(build: Build) async throws {
    let evidence = tpm.evidence(area: { $0.attributes.insert(.decrypt) })
    #expect(try await refusal(build, evidence).contains("not limited to attestation"))
  }

  @Test("creation data altered after the attestation is refused", arguments: Build.available)
  func alteredCreationData(build: Build) async throws {
    var evidence = tpm.evidence()
    var creation = SoftTPM.creation
    creation.locality = 2
    evidence.creationData = creation.encoded
    #expect(
      try await refusal(build, evidence).contains("attestation refers to different public key"))
  }

  @Test("an attestation of another key's creation is refused", arguments: Build.available)
  func otherKeysAttestation(build: Build) async throws {
    let evidence = tpm.evidence(statement: { $0.objectName = SoftTPM.name(outside.area).encoded })
    #expect(
      try await refusal(build, evidence).contains("creation attestation refers to a different key"))
  }

  @Test("an attestation that another key signed is refused", arguments: Build.available)
  func foreignSignature(build: Build) async throws {
    let evidence = tpm.evidence(signedBy: .otherAttestation)
    #expect(try await refusal(build, evidence).contains("could not verify attestation"))
  }

  @Test("a signature over something else is refused", arguments: Build.available)
  func signatureOverOther(build: Build) async throws {
    var evidence = tpm.evidence()
    evidence.creationSignature =
      SoftTPM.sign(
        Array("something else".utf8), with: tpm.attestation, hash: Algorithm.sha256
      ).encoded
    #expect(try await refusal(build, evidence).contains("could not verify attestation"))
  }

  @Test("a statement that no TPM made is refused", arguments: Build.available)
  func wrongMagic(build: Build) async throws {
    var evidence = tpm.evidence()
    evidence.creationAttestation[0] ^= 1
    resign(&evidence)
    #expect(try await refusal(build, evidence).contains("incorrect magic value"))
  }

  @Test("an attestation of another kind is refused", arguments: Build.available)
  func quote(build: Build) async throws {
    var evidence = tpm.evidence()
    evidence.creationAttestation[5] = 0x18
    resign(&evidence)
    #expect(try await refusal(build, evidence).contains("does not apply to creation data"))
  }

  @Test("a swapped hash algorithm in the signature is refused", arguments: Build.available)
  func swappedSignatureHash(build: Build) async throws {
    var evidence = tpm.evidence()
    for hash in [Algorithm.sha384, Algorithm.sha512, 0x0004] {
      evidence.creationSignature =
        SoftTPM.sign(evidence.creationAttestation, with: tpm.attestation, hash: hash).encoded
      #expect(try await refusal(build, evidence).contains("another hash than the key"))
    }
  }

  @Test("an AK that signs with SHA-1, or is named by it, is refused", arguments: Build.available)
  func weakHash(build: Build) async throws {
    let signing = tpm.evidence(area: { $0.scheme.hash = 0x0004 })
    #expect(try await refusal(build, signing).contains("unsupported hash algorithm"))
    let named = tpm.evidence(area: { $0.nameAlgorithm = 0x0004 })
    #expect(try await refusal(build, named).contains("unsupported name algorithm"))
  }

  @Test("an AK without a scheme of its own is refused", arguments: Build.available)
  func noScheme(build: Build) async throws {
    let evidence = tpm.evidence(area: { $0.scheme = .none })
    #expect(try await refusal(build, evidence).contains("unsupported hash algorithm"))
    let padded = tpm.evidence(area: {
      $0.scheme = .init(Algorithm.rsapss, hash: Algorithm.sha256)
    })
    #expect(try await refusal(build, padded).contains("another kind than the key"))
  }

  @Test("a small AK is refused", arguments: Build.available)
  func smallKey(build: Build) async throws {
    let small = OpenSSLKey(rsaBits: 1024)
    let evidence = tpm.evidence(
      area: { $0.key = .rsa(keyBits: 1024, exponent: 0, modulus: small.modulus) }, signedBy: small)
    #expect(try await refusal(build, evidence).contains("attestation key too small"))
    let lying = tpm.evidence(
      area: { $0.key = .rsa(keyBits: 2048, exponent: 0, modulus: small.modulus) }, signedBy: small)
    #expect(try await refusal(build, lying).contains("another size than it says"))
  }

  private func resign(_ evidence: inout AttestationInit) {
    evidence.creationSignature =
      SoftTPM.sign(
        evidence.creationAttestation, with: tpm.attestation, hash: Algorithm.sha256
      ).encoded
  }
}
