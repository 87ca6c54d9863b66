import PluginKit
import TPMStructures

/// An attestation key whose own certificate of creation holds together.
///
/// That alone proves nothing about a TPM. It fixes the key's name, and with the name its attributes; the
/// credential made for that name is what only a TPM with such a key can open.
struct AttestationKey {
  let name: ObjectName

  private static let what = "the attestation key"

  /// Checks in the order of the protocol.
  ///
  /// - Parameters:
  ///   - publicArea: TPMT_PUBLIC.
  ///   - creationData: TPMS_CREATION_DATA.
  ///   - attestation: TPMS_ATTEST.
  ///   - signature: TPMT_SIGNATURE.
  init(
    publicArea: [UInt8], creationData: [UInt8], attestation: [UInt8], signature: [UInt8]
  ) throws(Rejection) {
    let signed = try Rejection.parsing { () throws(MalformedStructure) in
      try Signature(parsing: signature)
    }
    let area = try Rejection.parsing { () throws(MalformedStructure) in
      try PublicArea(parsing: publicArea)
    }
    _ = try Rejection.parsing { () throws(MalformedStructure) in
      try CreationData(parsing: creationData)
    }
    let statement = try Rejection.parsing { () throws(MalformedStructure) in
      try CreationAttestation(parsing: attestation)
    }
    let keyInfo = try Rejection.parsing { () throws(MalformedStructure) in
      try Self.publicKeyInfo(area)
    }
    guard let hash = HashAlgorithm(rawValue: area.nameAlgorithm) else {
      throw .refused("the attestation key uses an unsupported name algorithm")
    }
    guard
      equalInConstantTime(
        try Rejection.computing { () throws(PluginError) in try hash.digest(creationData) },
        statement.creationHash)
    else { throw .refused("attestation refers to different public key") }
    guard area.attributes.contains(.fixedTPM) else { throw .refused("AK is exportable") }
    guard
      area.attributes.isSuperset(of: [.restricted, .fixedParent, .sensitiveDataOrigin, .sign]),
      !area.attributes.contains(.decrypt)
    else { throw .refused("provided key is not limited to attestation") }
    let name = ObjectName(
      algorithm: area.nameAlgorithm,
      digest: try Rejection.computing { () throws(PluginError) in try hash.digest(area.encoded) })
    guard equalInConstantTime(name.encoded, statement.objectName) else {
      throw .refused("creation attestation refers to a different key")
    }
    try Self.verify(area, keyInfo, attestation, signed)
    self.name = name
  }

  private static func publicKeyInfo(_ area: PublicArea) throws(MalformedStructure) -> [UInt8] {
    switch area.key {
    case .rsa(let keyBits, let exponent, let modulus):
      guard keyBits >= 2048 else {
        throw MalformedStructure("attestation key too small: rsa needs at least 2048 bits")
      }
      guard Int(keyBits) == modulus.count * 8 else {
        throw MalformedStructure(what + " has a modulus of another size than it says")
      }
      return try RSAKey(modulus: modulus, exponent: exponent == 0 ? 65_537 : exponent, what)
        .publicKeyInfo
    case .ecc(let id, _, let x, let y):
      guard let curve = NamedCurve(tpm: id) else {
        throw MalformedStructure(
          "attestation key uses insecure curve; p-256, p-384 and p-521 are accepted")
      }
      return try ECKey(curve: curve, x: x, y: y, what).publicKeyInfo
    }
  }

  /// The hash is the one the key itself is bound to, so that nobody picks a weaker one afterwards.
  private static func verify(
    _ area: PublicArea, _ keyInfo: [UInt8], _ attestation: [UInt8], _ signature: Signature
  ) throws(Rejection) {
    guard let hash = HashAlgorithm(rawValue: area.scheme.hash) else {
      throw .refused("the attestation key signs with an unsupported hash algorithm")
    }
    let bytes: [UInt8]
    let named: UInt16
    switch (area.key, signature) {
    case (.rsa, .rsassa(let algorithm, let value)) where area.scheme.algorithm == Algorithm.rsassa:
      named = algorithm
      bytes = value
    case (.ecc, .ecdsa(let algorithm, let r, let s)) where area.scheme.algorithm == Algorithm.ecdsa:
      named = algorithm
      bytes = DERWriter.sequence(DERWriter.integer(r), DERWriter.integer(s))
    default:
      throw .refused("could not verify attestation: the signature is of another kind than the key")
    }
    guard named == hash.rawValue else {
      throw .refused("could not verify attestation: the signature uses another hash than the key")
    }
    let isGood = try Rejection.computing { () throws(PluginError) in
      try Libcrypto.verify(
        key: keyInfo, hash: hash.method, message: attestation, signature: bytes)
    }
    guard isGood else { throw .refused("could not verify attestation: the signature is wrong") }
  }
}
