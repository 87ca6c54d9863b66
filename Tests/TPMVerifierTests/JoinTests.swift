import Documents
import PluginHost
import PluginKit
import TPMMessages
import Testing

/// One join, seen from the core.
@Suite("a join") struct JoinTests {
  private let tpm = SoftTPM()

  @Test(
    "a caller without a certificate becomes a new instance, one with it keeps its own",
    arguments: Build.available)
  func instances(build: Build) async throws {
    let authority = Authority(build, allowing: tpm)
    guard case .accepted(let first, _) = try await authority.join(tpm) else { throw Misuse() }
    #expect(first)
    authority.instanceID = "4f7c2a6e-0000-4000-8000-000000000001"
    guard case .accepted(let second, _) = try await authority.join(tpm) else { throw Misuse() }
    #expect(!second)
  }

  @Test("the status and the result stay what they are", arguments: Build.available)
  func conclusion(build: Build) async throws {
    let authority = Authority(build, allowing: tpm)
    let first = try await authority.begin(tpm.evidence().encoded)
    guard case .challenge(_, let bytes) = first.kind,
      let secret = tpm.activate(try EncryptedCredential(parsing: bytes))
    else { throw Misuse() }
    _ = try await authority.step(Field.solution, CredentialSolution(secret: secret).encoded)
    let concluded = try await authority.conclude()
    #expect(concluded.status == Array("{}".utf8))
    #expect(concluded.result.isEmpty)
  }

  @Test("a credential has the sizes of the protocol", arguments: Build.available)
  func sizes(build: Build) async throws {
    let authority = Authority(build, allowing: tpm)
    let first = try await authority.begin(tpm.evidence().encoded)
    guard case .challenge(let field, let bytes) = first.kind else { throw Misuse() }
    let credential = try EncryptedCredential(parsing: bytes)
    #expect(field == 5)
    #expect(credential.blob.count == 70)
    #expect(credential.secret.count == 258)
    await authority.close()
  }

  @Test(
    "a locked token refuses after the proof and before the acceptance",
    arguments: Build.available)
  func lock(build: Build) async throws {
    let authority = Authority(build, allowing: tpm)
    authority.lockMessage = "this token is locked: audit of 2030"
    let refusal = try await authority.join(tpm).refusal
    #expect(refusal?.message == "this token is locked: audit of 2030")
    #expect(refusal?.reason == .accessDenied)
  }

  @Test("a client that gives up is refused with its own words", arguments: Build.available)
  func givingUp(build: Build) async throws {
    let authority = Authority(build, allowing: tpm)
    let refusal = try await authority.join(tpm.evidence().encoded) { _ in nil }.refusal
    #expect(
      refusal?.message == "the client gave up: \"activating the credential failed\"")
    #expect(refusal?.reason == .accessDenied)
  }

  @Test("every verdict leaves an event with what is known of the TPM", arguments: Build.available)
  func events(build: Build) async throws {
    let hash = Hex.text(Digest.of(tpm.endorsement.publicKeyInfo))
    let authority = Authority(build, allowing: tpm)
    _ = try await authority.join(tpm)
    _ = try await authority.join(tpm.evidence().encoded) { _ in [1] }
    _ = try await authority.join([0xFF]) { _ in nil }
    let events = authority.events
    #expect(events.map { $0["event"]?.string } == Array(repeating: "tpm.attestation", count: 3))
    #expect(events.map { $0["success"]?.bool } == [true, false, false])
    #expect(events.map { $0["ek_pub_hash"]?.string } == [hash, hash, nil])
    #expect(events[0]["error"] == nil)
    #expect(events[1]["error"]?.string == "invalid credential activation solution")
    #expect(events.allSatisfy { $0["bot"]?.string == "example" })
  }

  @Test("a second join does not disturb the first", arguments: Build.available)
  func freshSecrets(build: Build) async throws {
    let authority = Authority(build, allowing: tpm)
    var seen: [[UInt8]] = []
    for _ in 0..<3 {
      let outcome = try await authority.join(tpm.evidence().encoded) { credential in
        let secret = tpm.activate(credential)
        if let secret { seen.append(secret) }
        return secret
      }
      #expect(outcome.refusal == nil)
    }
    #expect(Set(seen).count == 3)
    #expect(seen.allSatisfy { $0.count == 32 })
  }
}
