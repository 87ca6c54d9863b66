import Documents
import PluginHost
import TPMMessages
import Testing

/// Lies in the answer to a credential.
@Suite("every false solution is refused") struct SolutionLieTests {
  private let tpm = SoftTPM()

  @Test("the answer to an earlier credential is refused", arguments: Build.available)
  func replay(build: Build) async throws {
    let authority = Authority(build, allowing: tpm)
    var earlier: [UInt8]?
    let first = try await authority.join(tpm.evidence().encoded) { credential in
      earlier = tpm.activate(credential)
      return earlier
    }
    #expect(first.refusal == nil)
    let replayed = try await authority.join(tpm.evidence().encoded) { _ in earlier }
    #expect(replayed.refusal?.message == "invalid credential activation solution")
  }

  @Test(
    "a wrong secret is refused, whatever its length", arguments: Build.available,
    [0, 1, 31, 32, 33, 64, 4096])
  func wrongSecret(build: Build, count: Int) async throws {
    let authority = Authority(build, allowing: tpm)
    let outcome = try await authority.join(tpm.evidence().encoded) { _ in
      [UInt8](repeating: 0, count: count)
    }
    #expect(outcome.refusal?.message == "invalid credential activation solution")
    #expect(outcome.refusal?.reason == .accessDenied)
  }

  @Test(
    "a secret with something behind it, or a part of it, is refused",
    arguments: Build.available)
  func nearSecret(build: Build) async throws {
    let authority = Authority(build, allowing: tpm)
    let changes: [([UInt8]) -> [UInt8]] = [
      { $0 + [0] }, { [0] + $0 }, { Array($0.dropLast()) }, { $0.reversed() },
    ]
    for change in changes {
      let outcome = try await authority.join(tpm.evidence().encoded) {
        tpm.activate($0).map(change)
      }
      #expect(outcome.refusal?.message == "invalid credential activation solution")
    }
  }

  @Test("the right secret after a wrong one is refused", arguments: Build.available)
  func secondTry(build: Build) async throws {
    let authority = Authority(build, allowing: tpm)
    guard
      case .challenge(_, let bytes) = try await authority.begin(tpm.evidence().encoded).kind,
      let secret = tpm.activate(try EncryptedCredential(parsing: bytes))
    else { throw Misuse() }
    let wrong = try await authority.step(Field.solution, CredentialSolution(secret: [1]).encoded)
    #expect(try authority.outcome(wrong).refusal != nil)
    let late = try await authority.step(Field.solution, CredentialSolution(secret: secret).encoded)
    #expect(
      try authority.outcome(late).refusal?.message
        == "the client sent a message of an unexpected type")
    await authority.close()
  }

  @Test("the right secret as another message is refused", arguments: Build.available)
  func otherField(build: Build) async throws {
    let authority = Authority(build, allowing: tpm)
    for field: UInt32 in [0, 1, 2, 4, 6, .max] {
      guard
        case .challenge(_, let bytes) = try await authority.begin(tpm.evidence().encoded).kind,
        let secret = tpm.activate(try EncryptedCredential(parsing: bytes))
      else { throw Misuse() }
      let action = try await authority.step(field, CredentialSolution(secret: secret).encoded)
      #expect(try authority.outcome(action).refusal?.reason == .badParameter)
      await authority.close()
    }
  }

  @Test("a join that was refused cannot be concluded", arguments: Build.available)
  func refusedConclusion(build: Build) async throws {
    let authority = Authority(build, allowing: tpm)
    _ = try await authority.begin(tpm.evidence().encoded)
    _ = try await authority.step(Field.solution, CredentialSolution(secret: [1]).encoded)
    await #expect(throws: (any Error).self) { try await authority.conclude() }
  }

  @Test("a solution that is no message is a bad parameter", arguments: Build.available)
  func noMessage(build: Build) async throws {
    let authority = Authority(build, allowing: tpm)
    for bytes: [UInt8] in [[0xFF], [0x0A], [0x0A, 0x20, 1], [0x0B], [0, 0]] {
      _ = try await authority.begin(tpm.evidence().encoded)
      let action = try await authority.step(Field.solution, bytes)
      #expect(try authority.outcome(action).refusal?.reason == .badParameter)
      await authority.close()
    }
  }
}
