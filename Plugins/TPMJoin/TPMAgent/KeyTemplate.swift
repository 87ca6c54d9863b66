import CTSS2
import PluginABI
import PluginKit

/// The three kinds of keys this join uses, as the bytes of a TPMT_PUBLIC up to its unique field
/// (protocol: EK, storage root key and attestation key templates), and the way to and from bytes.
enum KeyTemplate {
  static let endorsement: [UInt8] =
    [0x00, 0x01, 0x00, 0x0B, 0x00, 0x03, 0x00, 0xB2, 0x00, 0x20] + endorsementPolicy
    + [0x00, 0x06, 0x00, 0x80, 0x00, 0x43, 0x00, 0x10, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00]
  static let storageRoot: [UInt8] = [
    0x00, 0x01, 0x00, 0x0B, 0x00, 0x03, 0x04, 0x72, 0x00, 0x00, 0x00, 0x06, 0x00, 0x80, 0x00, 0x43,
    0x00, 0x10, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00,
  ]
  static let attestation: [UInt8] = [
    0x00, 0x01, 0x00, 0x0B, 0x00, 0x05, 0x04, 0x72, 0x00, 0x00, 0x00, 0x10, 0x00, 0x14, 0x00, 0x0B,
    0x08, 0x00, 0x00, 0x00, 0x00, 0x00,
  ]

  /// TPM2_PolicySecret of the endorsement hierarchy (TCG EK credential profile, template L-1).
  static let endorsementPolicy: [UInt8] = [
    0x83, 0x71, 0x97, 0x67, 0x44, 0x84, 0xB3, 0xF8, 0x1A, 0x90, 0xCC, 0x8D, 0x46, 0xA5, 0xD7, 0x24,
    0xFD, 0x52, 0xD7, 0x6E, 0x06, 0x52, 0x0B, 0x64, 0xF2, 0xA1, 0xDA, 0x1B, 0x33, 0x14, 0x69, 0xAA,
  ]

  /// Bytes of an RSA 2048 modulus.
  static let modulusBytes = 256

  /// A template to create a key from.
  ///
  /// - Parameter unique: bytes for the start of the 256-byte unique field; nil leaves it empty.
  static func template(_ kind: [UInt8], unique: [UInt8]?) throws(PluginError) -> TPM2B_PUBLIC {
    var bytes = kind
    if let unique {
      var field = [UInt8](repeating: 0, count: modulusBytes)
      for (index, byte) in unique.prefix(modulusBytes).enumerated() { field[index] = byte }
      bytes += [0x01, 0x00] + field
    } else {
      bytes += [0x00, 0x00]
    }
    var area = TPM2B_PUBLIC()
    var offset = 0
    let code = bytes.withUnsafeBufferPointer {
      Tss2_MU_TPMT_PUBLIC_Unmarshal($0.baseAddress, $0.count, &offset, &area.publicArea)
    }
    guard code == 0 else { throw TPMFailure.make("reading a key template", code) }
    return area
  }

  /// TPMT_PUBLIC as the wire carries it, without a size in front.
  static func bytes(_ area: TPM2B_PUBLIC) throws(PluginError) -> [UInt8] {
    var content = area.publicArea
    return try marshal(MemoryLayout<TPMT_PUBLIC>.size) {
      Tss2_MU_TPMT_PUBLIC_Marshal(&content, $0, $1, $2)
    }
  }

  /// Whether a public area is of a kind, whatever its modulus.
  static func isKind(_ bytes: [UInt8], _ kind: [UInt8]) -> Bool {
    bytes.count == kind.count + 2 + modulusBytes && bytes.starts(with: kind)
  }

  /// Whether a public area is of one of the three kinds this join makes.
  static func isOurs(_ bytes: [UInt8]) -> Bool {
    isKind(bytes, endorsement) || isKind(bytes, storageRoot) || isKind(bytes, attestation)
  }

  /// Runs a marshalling function of the stack over a buffer of its own.
  static func marshal(
    _ capacity: Int,
    _ body: (UnsafeMutablePointer<UInt8>?, Int, UnsafeMutablePointer<Int>) -> TSS2_RC
  ) throws(PluginError) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: capacity)
    var used = 0
    let code = buffer.withUnsafeMutableBufferPointer { body($0.baseAddress, $0.count, &used) }
    guard code == 0 else { throw TPMFailure.make("writing a TPM structure", code) }
    return [UInt8](buffer[..<used])
  }
}
