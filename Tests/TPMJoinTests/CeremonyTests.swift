import Foundation
import PluginHost
import TPMMessages
import Testing

/// The join itself, against software TPMs and with credentials of tpm2-tools.
@Suite("TPM ceremony") struct CeremonyTests {
  static let secret = [UInt8]("a secret of thirty-two bytes ...".utf8)

  @Test(
    "a credential made by tpm2_makecredential is opened, and the TPM is as empty as before",
    arguments: Build.available, [true, false])
  func opensCredential(build: Build, certified: Bool) async throws {
    let tpm = try SoftwareTPM(certified: certified)
    let agent = try await build.agent(tpm)
    let message = try await agent.begin()
    let maker = try CredentialMaker(tpm, initMessage: message)
    if case .certificate = maker.attestation.endorsement {
      #expect(certified)
    } else {
      #expect(!certified)
    }
    let challenge = try maker.challenge(hiding: Self.secret)
    let (field, solution) = try await agent.step(5, challenge)
    #expect(field == 5)
    #expect(try CredentialSolution(parsing: solution).secret == Self.secret)
    try await agent.finish()
    #expect(try tpm.loaded == [])
    let kept = try tpm.handles("persistent")
    #expect(kept.contains("0x81000001") && kept.contains("0x81010001"))
  }

  @Test("every join has an attestation key of its own, under the same endorsement key")
  func freshKeys() async throws {
    let tpm = try SoftwareTPM()
    var keys: Set<[UInt8]> = []
    var endorsements: Set<[UInt8]> = []
    for _ in 0..<3 {
      let agent = try await Build.source.agent(tpm)
      let maker = try CredentialMaker(tpm, initMessage: try await agent.begin())
      keys.insert(maker.attestation.attestationKey)
      endorsements.insert(try maker.endorsementPEM)
      await agent.abort()
    }
    #expect(keys.count == 3 && endorsements.count == 1)
    #expect(try tpm.loaded == [])
  }

  @Test("the attestation key is what the protocol asks for, and its certificate says so")
  func attestationKey() async throws {
    let tpm = try SoftwareTPM()
    let agent = try await Build.source.agent(tpm)
    let message = try AttestationInit(parsing: try await agent.begin())
    await agent.abort()

    let template: [UInt8] = [
      0, 1, 0, 0x0B, 0, 5, 4, 0x72, 0, 0, 0, 0x10, 0, 0x14, 0, 0x0B, 8, 0, 0, 0, 0, 0, 1, 0,
    ]
    #expect(message.attestationKey.starts(with: template))
    #expect(message.attestationKey.count == template.count + 256)
    #expect(message.creationData.starts(with: [0, 0, 0, 0]), "no PCR selection")
    #expect(message.creationAttestation.starts(with: [0xFF, 0x54, 0x43, 0x47, 0x80, 0x1A]))
    #expect(message.creationSignature.starts(with: [0, 0x14, 0, 0x0B, 1, 0]))
    #expect(message.creationSignature.count == 6 + 256)

    let digest = try Tool.run(
      "openssl", ["dgst", "-sha256", "-binary"], input: message.creationData)
    #expect(message.creationAttestation.suffix(32) == digest[...])
    let name = try Tool.run(
      "openssl", ["dgst", "-sha256", "-binary"], input: message.attestationKey)
    #expect(message.creationAttestation.dropLast(34).suffix(34) == ([0, 0x0B] + name)[...])

    // The signature, checked by openssl under the modulus of the public area.
    let modulus = message.attestationKey.suffix(256).map { String(format: "%02X", $0) }.joined()
    try """
    asn1=SEQUENCE:spki
    [spki]
    algorithm=SEQUENCE:kind
    key=BITWRAP,SEQUENCE:rsa
    [kind]
    oid=OID:rsaEncryption
    none=NULL
    [rsa]
    n=INTEGER:0x\(modulus)
    e=INTEGER:65537

    """.write(toFile: tpm.file("key.asn1"), atomically: true, encoding: .utf8)
    try Tool.run(
      "openssl",
      ["asn1parse", "-genconf", tpm.file("key.asn1"), "-noout", "-out", tpm.file("key.der")])
    try Data(message.creationSignature.dropFirst(6)).write(
      to: URL(fileURLWithPath: tpm.file("signature")))
    try Tool.run(
      "openssl",
      [
        "dgst", "-sha256", "-verify", tpm.file("key.der"), "-keyform", "DER", "-signature",
        tpm.file("signature"),
      ], input: message.creationAttestation)
  }

  @Test("several TPMs side by side do not mix", arguments: Build.available)
  func sideBySide(build: Build) async throws {
    let tpms = try (0..<4).map { _ in try SoftwareTPM() }
    var agents: [any Agent] = []
    var makers: [CredentialMaker] = []
    for tpm in tpms {
      let agent = try await build.agent(tpm)
      makers.append(try CredentialMaker(tpm, initMessage: try await agent.begin()))
      agents.append(agent)
    }
    for (index, agent) in agents.enumerated() {
      let secret = [UInt8](repeating: UInt8(index + 1), count: 32)
      let (_, solution) = try await agent.step(5, try makers[index].challenge(hiding: secret))
      #expect(try CredentialSolution(parsing: solution).secret == secret)
      try await agent.finish()
    }
    for tpm in tpms { #expect(try tpm.loaded == []) }
  }

  @Test("a storage root key and an endorsement key that are there are used, not replaced")
  func provisioned() async throws {
    let tpm = try SoftwareTPM()
    try tpm.tool("tpm2_createek", ["-c", "0x81010001", "-G", "rsa"])
    try tpm.tool("tpm2_createprimary", ["-C", "o", "-c", tpm.file("srk")])
    try tpm.tool("tpm2_evictcontrol", ["-C", "o", "-c", tpm.file("srk"), "0x81000001"])
    try tpm.flush()
    let before = try ["0x81000001", "0x81010001"].map {
      try tpm.tool("tpm2_readpublic", ["-c", $0])
    }
    let agent = try await Build.source.agent(tpm)
    let maker = try CredentialMaker(tpm, initMessage: try await agent.begin())
    let (_, solution) = try await agent.step(5, try maker.challenge(hiding: Self.secret))
    #expect(try CredentialSolution(parsing: solution).secret == Self.secret)
    try await agent.finish()
    #expect(
      try ["0x81000001", "0x81010001"].map { try tpm.tool("tpm2_readpublic", ["-c", $0]) } == before
    )
    #expect(try tpm.loaded == [])
  }

  @Test(
    "an owner with a password keeps nothing new in the TPM, and the join says what it cannot do")
  func ownerPassword() async throws {
    let tpm = try SoftwareTPM()
    try tpm.tool("tpm2_changeauth", ["-c", "owner", "pass"])
    let agent = try await Build.source.agent(tpm)
    await #expect {
      _ = try await agent.begin()
    } throws: { error in
      guard let failure = error as? PluginFailure else { return false }
      return failure.code == .refused && failure.message.hasPrefix("TPM2_CreatePrimary failed")
        && failure.hint.contains("password")
    }
    #expect(try tpm.loaded == [] && tpm.handles("persistent") == [])
  }

  @Test("with a provisioned storage root key the owner's password is not needed")
  func ownerPasswordProvisioned() async throws {
    let tpm = try SoftwareTPM()
    try tpm.tool("tpm2_createprimary", ["-C", "o", "-c", tpm.file("srk")])
    try tpm.tool("tpm2_evictcontrol", ["-C", "o", "-c", tpm.file("srk"), "0x81000001"])
    try tpm.flush()
    try tpm.tool("tpm2_changeauth", ["-c", "owner", "pass"])
    let log = LogBook()
    let agent = try await Build.source.agent(tpm, log: log)
    let maker = try CredentialMaker(tpm, initMessage: try await agent.begin())
    let (_, solution) = try await agent.step(5, try maker.challenge(hiding: Self.secret))
    #expect(try CredentialSolution(parsing: solution).secret == Self.secret)
    try await agent.finish()
    #expect(log.warnings.contains { $0.contains("TPM2_EvictControl failed") })
    #expect(try tpm.loaded == [] && tpm.handles("persistent") == ["0x81000001"])
  }
}
