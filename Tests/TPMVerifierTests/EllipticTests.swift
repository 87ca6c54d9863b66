import COpenSSL
import Documents
import PluginHost
import TPMMessages
import TPMStructures
import Testing

/// Keys on elliptic curves, at both ends.
@Suite("elliptic curves") struct EllipticTests {
  @Test(
    "an ECC endorsement key joins", arguments: Build.available,
    [NID_X9_62_prime256v1, NID_secp384r1])
  func endorsement(build: Build, curve: Int32) async throws {
    let tpm = SoftTPM(endorsement: OpenSSLKey(curve: curve))
    let isLarge = curve == NID_secp384r1
    let authority = Authority(build, allowing: tpm)
    // Several, as a coordinate begins with a zero once in a while.
    for _ in 0..<8 {
      let outcome = try await authority.join(tpm.evidence().encoded) {
        tpm.activate(
          $0, hash: isLarge ? Algorithm.sha384 : Algorithm.sha256, bits: isLarge ? 256 : 128)
      }
      #expect(outcome.refusal?.message == nil)
    }
  }

  @Test("a certificate of an ECC endorsement key joins", arguments: Build.available)
  func certificate(build: Build) async throws {
    let tpm = SoftTPM(endorsement: OpenSSLKey(curve: NID_secp384r1))
    let maker = try Maker()
    let authority = Authority(build, allowing: tpm, authorities: [try maker.pem])
    let evidence = tpm.evidence(
      certificate: try maker.endorse(tpm.endorsement.publicKeyInfo))
    let outcome = try await authority.join(evidence.encoded) {
      tpm.activate($0, hash: Algorithm.sha384, bits: 256)
    }
    #expect(outcome.attributes?["ek_cert_verified"]?.bool == true)
  }

  @Test(
    "an endorsement key on another curve is refused with a sentence", arguments: Build.available,
    [NID_secp521r1, NID_secp256k1, NID_brainpoolP256r1])
  func otherCurve(build: Build, curve: Int32) async throws {
    let tpm = SoftTPM(endorsement: OpenSSLKey(curve: curve))
    let refusal = try await Authority(build, allowing: tpm).join(tpm).refusal
    #expect(
      refusal?.message
        == "validating tpm: the endorsement key is neither rsa nor ecc on p-256 or p-384")
  }

  @Test(
    "an ECC attestation key joins", arguments: Build.available,
    [
      (NID_X9_62_prime256v1, Curve.p256, Algorithm.sha256),
      (NID_secp384r1, Curve.p384, Algorithm.sha384),
      (NID_secp521r1, Curve.p521, Algorithm.sha512),
    ])
  func attestation(build: Build, kind: (number: Int32, curve: UInt16, hash: UInt16)) async throws {
    let key = OpenSSLKey(curve: kind.number)
    let tpm = SoftTPM(attestation: OpenSSLKey.rsaAttestation)
    let point = key.point
    var area = tpm.area
    area.scheme = .init(Algorithm.ecdsa, hash: kind.hash)
    area.key = .ecc(curve: kind.curve, kdf: .none, x: point.x, y: point.y)
    let evidence = tpm.evidence(area: { $0 = area }, signedBy: key)
    let outcome = try await Authority(build, allowing: tpm).join(evidence.encoded) {
      tpm.activate($0, name: SoftTPM.name(area))
    }
    #expect(outcome.refusal?.message == nil)
  }

  @Test(
    "an attestation key on a curve of another family is refused", arguments: Build.available,
    [UInt16(0x0001), 0x0010, 0x0020])
  func insecureCurve(build: Build, curve: UInt16) async throws {
    let tpm = SoftTPM()
    let key = OpenSSLKey(curve: NID_X9_62_prime256v1)
    let evidence = tpm.evidence(
      area: {
        $0.scheme = .init(Algorithm.ecdsa, hash: Algorithm.sha256)
        $0.key = .ecc(curve: curve, kdf: .none, x: key.point.x, y: key.point.y)
      }, signedBy: key)
    let refusal = try await Authority(build, allowing: tpm).join(tpm, evidence).refusal
    #expect(refusal?.message.contains("attestation key uses insecure curve") == true)
  }
}
