import PluginKit
import TPMStructures

/// The public half of an endorsement key, in a canonical form.
enum EndorsementKey: Equatable {
  case rsa(RSAKey)
  case ecc(ECKey)

  private static let name = "the endorsement key"

  /// - Parameter der: SubjectPublicKeyInfo and nothing behind it.
  init(parsing der: [UInt8]) throws(MalformedStructure) {
    var outer = DERReader(der, Self.name)
    var info = DERReader(try outer.element(0x30), Self.name)
    try outer.end()
    let algorithm = DERWriter.element(0x30, try info.element(0x30))
    let key = try info.bits()
    try info.end()
    let rsa = DERWriter.sequence(ObjectIdentifier.rsaEncryption, [0x05, 0x00])
    if algorithm == rsa {
      self = .rsa(try Self.rsa(key))
      return
    }
    for curve in [NamedCurve.p256, .p384] {
      if algorithm == DERWriter.sequence(ObjectIdentifier.ecPublicKey, curve.identifier) {
        self = .ecc(try Self.ecc(key, curve))
        return
      }
    }
    let identifier = [UInt8](algorithm.dropFirst(2).prefix(ObjectIdentifier.rsaOAEP.count))
    if identifier == ObjectIdentifier.rsaOAEP {
      throw MalformedStructure(
        Self.name + " is marked for rsaes-oaep alone, which this authority does not support")
    }
    throw MalformedStructure(Self.name + " is neither rsa nor ecc on p-256 or p-384")
  }

  /// SubjectPublicKeyInfo, DER.
  var publicKeyInfo: [UInt8] {
    switch self {
    case .rsa(let key): key.publicKeyInfo
    case .ecc(let key): key.publicKeyInfo
    }
  }

  /// Lower-case hex of SHA-256 over ``publicKeyInfo``: `ek_public_hash`.
  func publicHash() throws(PluginError) -> String {
    Hex.text(try HashAlgorithm.sha256.digest(publicKeyInfo))
  }

  /// The name algorithm of the endorsement keys of this size: credentials are made with it. The wire
  /// shows the bare public key, and each size has one template (TCG EK Credential Profile 2.5, B.3
  /// and B.4).
  var hash: HashAlgorithm {
    switch self {
    case .rsa(let key): key.modulus.count == 256 ? .sha256 : .sha384
    case .ecc(let key): key.curve == .p256 ? .sha256 : .sha384
    }
  }

  /// Bits of the symmetric cipher in the template.
  var symmetricBits: Int { hash == .sha256 ? 128 : 256 }

  private static func rsa(_ bytes: [UInt8]) throws(MalformedStructure) -> RSAKey {
    var outer = DERReader(bytes, name)
    var fields = DERReader(try outer.element(0x30), name)
    try outer.end()
    let modulus = try fields.positiveInteger()
    let exponent = try fields.positiveInteger()
    try fields.end()
    guard exponent.count <= 4 else {
      throw MalformedStructure(name + " has an rsa exponent out of range")
    }
    var value: UInt32 = 0
    for byte in exponent { value = value << 8 | UInt32(byte) }
    return try RSAKey(modulus: modulus, exponent: value, name)
  }

  private static func ecc(
    _ bytes: [UInt8], _ curve: NamedCurve
  ) throws(MalformedStructure) -> ECKey {
    let count = curve.fieldBytes
    guard bytes.count == 1 + 2 * count, bytes[0] == 4 else {
      throw MalformedStructure(name + " is no uncompressed point")
    }
    return try ECKey(
      curve: curve, x: [UInt8](bytes[1...count]), y: [UInt8](bytes[(1 + count)...]), name)
  }
}
