import COpenSSL
import TPMMessages
import TPMStructures

/// What a TPM does in a join, in software: so a test can lie wherever it likes.
struct SoftTPM: Sendable {
  var endorsement = OpenSSLKey.rsaEndorsement
  var attestation = OpenSSLKey.rsaAttestation

  static let keyAttributes: ObjectAttributes = [
    .sign, .restricted, .fixedTPM, .fixedParent, .sensitiveDataOrigin, .userWithAuth, .noDA,
  ]

  /// The attestation key's public area, as the agent's template gives it.
  var area: PublicArea {
    PublicArea(
      nameAlgorithm: Algorithm.sha256, attributes: Self.keyAttributes, policy: [],
      symmetric: .none, scheme: .init(Algorithm.rsassa, hash: Algorithm.sha256),
      key: .rsa(keyBits: 2048, exponent: 0, modulus: attestation.modulus))
  }

  static let creation = CreationData(
    selection: nil, pcrDigest: Array(repeating: 0x11, count: 32), locality: 1,
    parentNameAlgorithm: Algorithm.sha256, parentName: [0, 0x0B] + Array(repeating: 2, count: 32),
    parentQualifiedName: [0, 0x0B] + Array(repeating: 3, count: 32), outsideInfo: [])

  /// The first message of a join. Each closure changes one part before what depends on it is computed;
  /// so the result is consistent, as a liar with a key of his own would send it.
  func evidence(
    certificate: [UInt8]? = nil,
    area changeArea: (inout PublicArea) -> Void = { _ in },
    creation changeCreation: (inout CreationData) -> Void = { _ in },
    statement changeStatement: (inout CreationAttestation) -> Void = { _ in },
    signedBy key: OpenSSLKey? = nil
  ) -> AttestationInit {
    var area = area
    changeArea(&area)
    var creation = Self.creation
    changeCreation(&creation)
    var statement = CreationAttestation(
      qualifiedSigner: [0, 0x0B] + Array(repeating: 4, count: 32), extraData: [],
      clockInfo: .init(clock: 5, resetCount: 6, restartCount: 7, safe: 1), firmwareVersion: 8,
      objectName: Self.name(area).encoded,
      creationHash: Digest.of(creation.encoded, area.nameAlgorithm))
    changeStatement(&statement)
    let signature = Self.sign(
      statement.encoded, with: key ?? attestation, hash: area.scheme.hash, ecc: area.isECC)
    return AttestationInit(
      attestationKey: area.encoded, creationData: creation.encoded,
      creationAttestation: statement.encoded, creationSignature: signature.encoded,
      endorsement: certificate.map { .certificate($0) } ?? .publicKey(endorsement.publicKeyInfo))
  }

  static func name(_ area: PublicArea) -> ObjectName {
    ObjectName(
      algorithm: area.nameAlgorithm, digest: Digest.of(area.encoded, area.nameAlgorithm))
  }

  static func sign(
    _ message: [UInt8], with key: OpenSSLKey, hash: UInt16, ecc: Bool = false
  ) -> Signature {
    let bytes = key.sign(message, Digest.method(hash))
    guard ecc else { return .rsassa(hash: hash, signature: bytes) }
    var at = bytes.withUnsafeBufferPointer { $0.baseAddress }
    let pair = bytes.withUnsafeBufferPointer { buffer in
      at = buffer.baseAddress
      return d2i_ECDSA_SIG(nil, &at, buffer.count)
    }
    defer { ECDSA_SIG_free(pair) }
    func bytesOf(_ number: OpaquePointer?) -> [UInt8] {
      var out = [UInt8](repeating: 0, count: (Int(BN_num_bits(number)) + 7) / 8)
      _ = BN_bn2bin(number, &out)
      return out
    }
    return .ecdsa(
      hash: hash, r: bytesOf(ECDSA_SIG_get0_r(pair)), s: bytesOf(ECDSA_SIG_get0_s(pair)))
  }
}

extension PublicArea {
  var isECC: Bool {
    if case .ecc = key { return true }
    return false
  }
}
