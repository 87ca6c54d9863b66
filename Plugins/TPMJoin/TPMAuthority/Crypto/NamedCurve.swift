import COpenSSL
import TPMStructures

/// The curves of NIST that keys of a join may be on.
enum NamedCurve: CaseIterable {
  case p256, p384, p521

  init?(tpm: UInt16) {
    for curve in NamedCurve.allCases where curve.tpm == tpm {
      self = curve
      return
    }
    return nil
  }

  var tpm: UInt16 {
    switch self {
    case .p256: Curve.p256
    case .p384: Curve.p384
    case .p521: Curve.p521
    }
  }

  /// Bytes of a coordinate.
  var fieldBytes: Int {
    switch self {
    case .p256: 32
    case .p384: 48
    case .p521: 66
    }
  }

  /// libcrypto's number.
  var number: Int32 {
    switch self {
    case .p256: NID_X9_62_prime256v1
    case .p384: NID_secp384r1
    case .p521: NID_secp521r1
    }
  }

  /// The curve's object identifier, a whole DER element.
  var identifier: [UInt8] {
    switch self {
    case .p256: [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]
    case .p384: [0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x22]
    case .p521: [0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x23]
    }
  }
}
