import Documents
import PluginHost
import TPMMessages
import TPMStructures
import Testing

@testable import TPMAuthority

/// Lies about what a bare endorsement key is.
@Suite("every false key is refused") struct KeyLieTests {
  private let tpm = SoftTPM()

  private func refusal(_ build: Build, _ key: [UInt8]) async throws -> String {
    var evidence = tpm.evidence()
    evidence.endorsement = .publicKey(key)
    return try await Authority(build, allowing: tpm).join(evidence.encoded) { _ in [0] }
      .refusal?.message ?? "joined"
  }

  private func info(
    _ modulus: [UInt8], _ exponent: [UInt8], algorithm: [UInt8] = ObjectIdentifier.rsaEncryption
  ) -> [UInt8] {
    DERWriter.sequence(
      DERWriter.sequence(algorithm, [0x05, 0x00]),
      DERWriter.bits(
        DERWriter.sequence(DERWriter.integer(modulus), DERWriter.integer(exponent))))
  }

  private var modulus: [UInt8] { tpm.endorsement.modulus }

  @Test(
    "huge, even and tiny RSA exponents are refused at once", arguments: Build.available,
    [
      [0x01], [0x02], [0x01, 0x00, 0x00], [0x80, 0x00, 0x00, 0x01],
      [0xFF, 0xFF, 0xFF, 0xFF], [0x01, 0x00, 0x00, 0x00, 0x01],
      [UInt8](repeating: 0xFF, count: 256),
      [UInt8](repeating: 0xFF, count: 8000),
    ] as [[UInt8]])
  func exponents(build: Build, exponent: [UInt8]) async throws {
    #expect(try await refusal(build, info(modulus, exponent)).contains("exponent out of range"))
  }

  @Test("huge exponents of the AK are refused at once", arguments: Build.available)
  func attestationExponents(build: Build) async throws {
    for exponent: UInt32 in [1, 2, 65_536, 0x8000_0001, .max] {
      let evidence = tpm.evidence(area: {
        $0.key = .rsa(keyBits: 2048, exponent: exponent, modulus: tpm.attestation.modulus)
      })
      let refusal = try await Authority(build, allowing: tpm).join(tpm, evidence).refusal
      #expect(refusal?.message.contains("exponent out of range") == true)
    }
  }

  @Test("an exponent that is unusual but in range joins", arguments: Build.available)
  func otherExponent(build: Build) async throws {
    let odd = SoftTPM(endorsement: OpenSSLKey(rsaBits: 2048, exponent: 3))
    let outcome = try await Authority(build, allowing: odd).join(odd)
    #expect(outcome.refusal?.message == nil)
  }

  @Test(
    "a modulus of another size is refused, 3072 and 4096 bits join", arguments: Build.available,
    [(128, false), (255, false), (257, false), (1024, false), (8000, false), (384, true)])
  func sizes(build: Build, row: (bytes: Int, joins: Bool)) async throws {
    if row.joins {
      let large = SoftTPM(endorsement: OpenSSLKey(rsaBits: Int32(row.bytes * 8)))
      let outcome = try await Authority(build, allowing: large).join(large.evidence().encoded) {
        large.activate($0, hash: Algorithm.sha384, bits: 256)
      }
      #expect(outcome.refusal?.message == nil)
      return
    }
    let modulus = [UInt8](repeating: 0xFF, count: row.bytes)
    let text = try await refusal(build, info(modulus, [1, 0, 1]))
    #expect(text.contains("too small") || text.contains("2048, 3072 or 4096"))
  }

  @Test("an even modulus is refused", arguments: Build.available)
  func evenModulus(build: Build) async throws {
    var even = modulus
    even[255] &= 0xFE
    #expect(try await refusal(build, info(even, [1, 0, 1])).contains("is no rsa key"))
  }

  @Test("a key marked for OAEP alone is refused with a sentence", arguments: Build.available)
  func oaepKey(build: Build) async throws {
    let key = info(modulus, [1, 0, 1], algorithm: ObjectIdentifier.rsaOAEP)
    #expect(try await refusal(build, key).contains("rsaes-oaep"))
  }

  @Test("one key has one encoding: every other is refused", arguments: Build.available)
  func otherEncodings(build: Build) async throws {
    let good = tpm.endorsement.publicKeyInfo
    #expect(good == info(modulus, [1, 0, 1]))
    #expect(try await refusal(build, good + [0]).contains("bytes after its end"))
    #expect(try await refusal(build, Array(good.dropLast())).contains("cut short"))
    // The length in more bytes than it needs.
    let long = [0x30, 0x83, 0x00] + good[2...]
    #expect(try await refusal(build, Array(long)).contains("illegal length"))
    // An exponent with a leading zero, a negative one, zero.
    let parts = DERWriter.integer(modulus)
    for exponent: [UInt8] in [
      [0x02, 0x04, 0x00, 0x01, 0x00, 0x01], [0x02, 0x03, 0x81, 0x00, 0x01], [0x02, 0x01, 0x00],
    ] {
      let key = DERWriter.sequence(
        DERWriter.sequence(ObjectIdentifier.rsaEncryption, [0x05, 0x00]),
        DERWriter.bits(DERWriter.sequence(parts, exponent)))
      #expect(try await refusal(build, key).contains("illegal number"))
    }
    let unmarked = DERWriter.sequence(
      DERWriter.sequence(ObjectIdentifier.rsaEncryption),
      DERWriter.bits(DERWriter.sequence(parts, DERWriter.integer([1, 0, 1]))))
    #expect(try await refusal(build, unmarked).contains("neither rsa nor ecc"))
  }

  @Test("a point off its curve, at infinity or compressed is refused", arguments: Build.available)
  func points(build: Build) async throws {
    func key(_ point: [UInt8]) -> [UInt8] {
      DERWriter.sequence(
        DERWriter.sequence(ObjectIdentifier.ecPublicKey, NamedCurve.p256.identifier),
        DERWriter.bits(point))
    }
    let one = [UInt8](repeating: 1, count: 32)
    #expect(try await refusal(build, key([4] + one + one)).contains("no point of its curve"))
    for point in [[0], [2] + one, [4] + one, [4] + one + one + [0], []] as [[UInt8]] {
      #expect(try await refusal(build, key(point)).contains("no uncompressed point"))
    }
    let most = [UInt8](repeating: 0xFF, count: 32)
    #expect(try await refusal(build, key([4] + most + most)).contains("no point of its curve"))
  }
}
