import PluginHost
import TPMMessages
import Testing

/// Everything an authority can answer. Errors are for an operator, and the TPM is given up empty.
@Suite("hostile authority of a TPM") struct HostileAuthorityTests {
  private func failure(
    _ build: Build, _ tpm: SoftwareTPM, field: UInt32 = 5,
    _ message: ([UInt8]) throws -> [UInt8]
  ) async throws -> PluginFailure? {
    let agent = try await build.agent(tpm)
    let challenge = try message(try await agent.begin())
    do {
      _ = try await agent.step(field, challenge)
      await agent.abort()
      return nil
    } catch let failure as PluginFailure {
      await agent.abort()
      #expect(try tpm.loaded == [])
      return failure
    }
  }

  private func good(_ tpm: SoftwareTPM, _ message: [UInt8]) throws -> EncryptedCredential {
    try EncryptedCredential(
      parsing: try CredentialMaker(tpm, initMessage: message).challenge(
        hiding: CeremonyTests.secret))
  }

  @Test("a credential for another attestation key does not open", arguments: Build.available)
  func foreignName(build: Build) async throws {
    let tpm = try SoftwareTPM()
    let other = "000b" + String(repeating: "ab", count: 32)
    let failure = try await failure(build, tpm) {
      try CredentialMaker(tpm, initMessage: $0).challenge(
        hiding: CeremonyTests.secret, name: other)
    }
    #expect(failure?.code == .invalidArgument)
    #expect(failure?.message.contains("was not made for this TPM") == true, "\(failure as Any)")
  }

  @Test("a credential for another TPM does not open")
  func foreignTPM() async throws {
    let tpm = try SoftwareTPM()
    let other = try SoftwareTPM()
    let otherAgent = try await Build.source.agent(other)
    let otherMessage = try await otherAgent.begin()
    await otherAgent.abort()
    let failure = try await failure(.source, tpm) { message in
      let name = try CredentialMaker(tpm, initMessage: message).name
      return try CredentialMaker(other, initMessage: otherMessage).challenge(
        hiding: CeremonyTests.secret, name: name)
    }
    #expect(failure?.code == .invalidArgument)
  }

  @Test("a credential that was opened once does not open in the next join")
  func replay() async throws {
    let tpm = try SoftwareTPM()
    let agent = try await Build.source.agent(tpm)
    let challenge = try good(tpm, try await agent.begin()).encoded
    _ = try await agent.step(5, challenge)
    try await agent.finish()
    #expect(try await failure(.source, tpm) { _ in challenge }?.code == .invalidArgument)
  }

  @Test(
    "cut, padded and altered credentials are refused",
    arguments: [
      "empty", "no blob", "no secret", "blob cut", "secret cut", "blob padded", "secret padded",
      "blob huge", "secret huge", "size only", "flipped integrity", "flipped identity",
      "flipped seed",
    ])
  func mangled(how: String) async throws {
    let tpm = try SoftwareTPM()
    let failure = try await failure(.source, tpm) { message in
      var credential = try good(tpm, message)
      switch how {
      case "empty": return []
      case "no blob": credential.blob = []
      case "no secret": credential.secret = []
      case "blob cut": credential.blob.removeLast()
      case "secret cut": credential.secret.removeLast()
      case "blob padded": credential.blob.append(0)
      case "secret padded": credential.secret.append(0)
      case "blob huge": credential.blob = [0xEA, 0x60] + [UInt8](repeating: 1, count: 60_000)
      case "secret huge": credential.secret = [0xEA, 0x60] + [UInt8](repeating: 1, count: 60_000)
      case "size only": credential.blob = [0, 0]
      case "flipped integrity": credential.blob[10] ^= 1
      case "flipped identity": credential.blob[69] ^= 0x80
      default: credential.secret[100] ^= 1
      }
      return credential.encoded
    }
    #expect(failure?.code == .invalidArgument, "\(failure as Any)")
    #expect(failure.map { !$0.message.isEmpty && $0.message.utf8.count < 256 } == true)
  }

  @Test("a challenge of another method is unsupported", arguments: [0, 1, 4, 6, UInt32.max])
  func otherChallenge(field: UInt32) async throws {
    let tpm = try SoftwareTPM()
    #expect(try await failure(.source, tpm, field: field) { _ in [] }?.code == .unsupported)
  }

  @Test("a second challenge is refused")
  func second() async throws {
    let tpm = try SoftwareTPM()
    let agent = try await Build.source.agent(tpm)
    let challenge = try good(tpm, try await agent.begin()).encoded
    _ = try await agent.step(5, challenge)
    await #expect {
      _ = try await agent.step(5, challenge)
    } throws: { ($0 as? PluginFailure)?.code == .invalidArgument }
    await agent.abort()
  }
}
