import COpenSSL
import PluginKit
import TPMStructures

/// A point on one of the named curves: an ECC public key.
struct ECKey: Equatable {
  let curve: NamedCurve
  /// As long as the curve's field.
  let x: [UInt8]
  let y: [UInt8]

  /// - Parameters:
  ///   - x: big-endian; leading zeros may be missing or in excess.
  ///   - name: for error texts, e.g. "the endorsement key".
  /// - Throws: also when the point is not on the curve.
  init(curve: NamedCurve, x: [UInt8], y: [UInt8], _ name: String) throws(MalformedStructure) {
    guard let x = Self.padded(x, curve.fieldBytes), let y = Self.padded(y, curve.fieldBytes),
      let point = CurvePoint(curve), point.set(x, y)
    else { throw MalformedStructure(name + " is no point of its curve") }
    self.curve = curve
    self.x = x
    self.y = y
  }

  /// SubjectPublicKeyInfo, DER: the one encoding of this key.
  var publicKeyInfo: [UInt8] {
    DERWriter.sequence(
      DERWriter.sequence(ObjectIdentifier.ecPublicKey, curve.identifier),
      DERWriter.bits([4] + x + y))
  }

  /// One-pass ECDH with a fresh ephemeral key.
  ///
  /// - Returns: the ephemeral public key, and the x coordinate of the shared point.
  func agree(
    _ random: (Int) throws(PluginError) -> [UInt8]
  ) throws(PluginError) -> (ephemeral: (x: [UInt8], y: [UInt8]), shared: [UInt8]) {
    guard let theirs = CurvePoint(curve), theirs.set(x, y), let scalar = BN_new() else {
      throw Libcrypto.defect("take an endorsement key")
    }
    defer { BN_clear_free(scalar) }
    // Each try succeeds with a chance above one half on every curve here.
    for _ in 0..<128 {
      var bytes = try random(curve.fieldBytes)
      if curve == .p521 { bytes[0] &= 1 }
      guard BN_bin2bn(bytes, Int32(bytes.count), scalar) != nil else {
        throw Libcrypto.defect("take a random number")
      }
      if BN_is_zero(scalar) == 1 || BN_cmp(scalar, theirs.order) >= 0 { continue }
      guard let ephemeral = theirs.generator(times: scalar), let shared = theirs.times(scalar),
        let point = ephemeral.coordinates, let z = shared.coordinates
      else { throw Libcrypto.defect("agree on a key") }
      return (point, z.x)
    }
    throw Libcrypto.defect("find an ephemeral key")
  }

  private static func padded(_ value: [UInt8], _ count: Int) -> [UInt8]? {
    let digits = value.drop { $0 == 0 }
    guard digits.count <= count else { return nil }
    return [UInt8](repeating: 0, count: count - digits.count) + digits
  }
}
