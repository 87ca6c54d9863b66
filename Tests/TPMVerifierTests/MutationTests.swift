import Documents
import PluginHost
import TPMMessages
import TPMStructures
import Testing

/// Every field cut, grown and flipped. Nothing of it joins and nothing of it traps.
@Suite("damaged messages") struct MutationTests {
  private let tpm = SoftTPM()

  private static var parts: [(name: String, path: WritableKeyPath<AttestationInit, [UInt8]>)] {
    [
      ("the public area", \.attestationKey), ("the creation data", \.creationData),
      ("the attestation", \.creationAttestation), ("the signature", \.creationSignature),
    ]
  }

  private func expectRefusal(
    _ authority: Authority, _ evidence: AttestationInit, _ comment: Comment
  ) async throws {
    let outcome = try await authority.join(tpm, evidence)
    #expect(outcome.refusal != nil, comment)
  }

  @Test("a part cut at any position is refused", arguments: Build.available)
  func truncated(build: Build) async throws {
    let authority = Authority(build, allowing: tpm)
    let good = tpm.evidence()
    for part in Self.parts {
      for count in 0..<good[keyPath: part.path].count {
        var evidence = good
        evidence[keyPath: part.path] = Array(good[keyPath: part.path].prefix(count))
        try await expectRefusal(authority, evidence, "\(part.name) cut to \(count)")
      }
    }
  }

  @Test("a part with bytes after it or before it is refused", arguments: Build.available)
  func oversized(build: Build) async throws {
    let authority = Authority(build, allowing: tpm)
    let good = tpm.evidence()
    for part in Self.parts {
      for count in [1, 2, 256, 8192, 60_000] {
        let more = [UInt8](repeating: 0, count: count)
        var behind = good
        behind[keyPath: part.path] += more
        try await expectRefusal(authority, behind, "\(part.name) with \(count) bytes behind")
        var before = good
        before[keyPath: part.path] = more + before[keyPath: part.path]
        try await expectRefusal(authority, before, "\(part.name) with \(count) bytes before")
      }
    }
  }

  @Test("any two bytes made as large as they can be are refused", arguments: Build.available)
  func lyingSizes(build: Build) async throws {
    let authority = Authority(build, allowing: tpm)
    let good = tpm.evidence()
    for part in Self.parts {
      for position in 0..<good[keyPath: part.path].count - 1 {
        var evidence = good
        evidence[keyPath: part.path][position] = 0xFF
        evidence[keyPath: part.path][position + 1] = 0xFF
        guard evidence != good else { continue }
        try await expectRefusal(authority, evidence, "\(part.name) lies at \(position)")
      }
    }
  }

  @Test("one flipped bit anywhere in the evidence is refused", arguments: Build.available)
  func flippedParts(build: Build) async throws {
    let authority = Authority(build, allowing: tpm)
    let good = tpm.evidence()
    for part in Self.parts {
      for position in 0..<good[keyPath: part.path].count {
        var evidence = good
        evidence[keyPath: part.path][position] ^= 1 << UInt8(position % 8)
        try await expectRefusal(authority, evidence, "\(part.name) flipped at \(position)")
      }
    }
  }

  @Test(
    "one flipped bit anywhere in the first message is refused or ignored, and never opens more",
    arguments: Build.available)
  func flippedMessage(build: Build) async throws {
    let authority = Authority(build, allowing: tpm)
    let good = tpm.evidence()
    let message = good.encoded
    for position in message.indices {
      for bit: UInt8 in 0..<8 {
        var flipped = message
        flipped[position] ^= 1 << bit
        let outcome = try await authority.join(flipped) { tpm.activate($0) }
        if outcome.refusal == nil {
          // Only what decodes to the very same evidence may join.
          #expect(try AttestationInit(parsing: flipped) == good, "bit \(bit) of byte \(position)")
        }
      }
    }
  }

  @Test("one flipped bit anywhere in the solution is refused", arguments: Build.available)
  func flippedSolution(build: Build) async throws {
    let authority = Authority(build, allowing: tpm)
    for position in 0..<34 {
      guard
        case .challenge(_, let bytes) = try await authority.begin(tpm.evidence().encoded).kind,
        let secret = tpm.activate(try EncryptedCredential(parsing: bytes))
      else { throw Misuse() }
      var message = CredentialSolution(secret: secret).encoded
      #expect(message.count == 34)
      message[position] ^= 1 << UInt8(position % 8)
      let action = try await authority.step(Field.solution, message)
      #expect(try authority.outcome(action).refusal != nil, "byte \(position)")
      await authority.close()
    }
  }

  @Test("a credential with one flipped bit is not opened", arguments: Build.available)
  func flippedCredential(build: Build) async throws {
    let authority = Authority(build, allowing: tpm)
    guard case .challenge(_, let bytes) = try await authority.begin(tpm.evidence().encoded).kind
    else { throw Misuse() }
    let good = try EncryptedCredential(parsing: bytes)
    #expect(tpm.activate(good) != nil)
    for position in 0..<good.blob.count {
      var bad = good
      bad.blob[position] ^= 1 << UInt8(position % 8)
      #expect(tpm.activate(bad) == nil, "byte \(position)")
    }
    await authority.close()
  }

  @Test("no endorsement, or two of them, is a bad parameter", arguments: Build.available)
  func endorsements(build: Build) async throws {
    let authority = Authority(build, allowing: tpm)
    var message = tpm.evidence().encoded
    message += [0x32, 0x01, 0x30]
    let both = try await authority.join(message) { tpm.activate($0) }
    #expect(both.refusal?.reason == .badParameter)
    var none = tpm.evidence()
    none.endorsement = .publicKey([])
    let neither = try await authority.join(none.encoded) { tpm.activate($0) }
    #expect(neither.refusal?.reason == .badParameter)
  }
}
