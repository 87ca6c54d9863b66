/// TPMT_SIGNATURE of the kinds that attest (TPM 2.0 part 2, section 11.3.4).
public enum Signature: Sendable, Equatable {
  /// RSASSA-PKCS1-v1_5.
  case rsassa(hash: UInt16, signature: [UInt8])
  case ecdsa(hash: UInt16, r: [UInt8], s: [UInt8])

  public init(parsing bytes: [UInt8]) throws(MalformedStructure) {
    var reader = try StructureReader(bytes, "the signature")
    guard bytes.count >= 8 else { throw reader.malformed("is too short to be valid") }
    switch try reader.u16() {
    case Algorithm.rsassa:
      let hash = try reader.u16()
      self = .rsassa(hash: hash, signature: try reader.sized(limit: 512))
    case Algorithm.ecdsa:
      let hash = try reader.u16()
      let r = try reader.sized(limit: 80)
      self = .ecdsa(hash: hash, r: r, s: try reader.sized(limit: 80))
    default: throw reader.malformed("is neither rsassa nor ecdsa")
    }
    try reader.end()
  }

  public var encoded: [UInt8] {
    var writer = StructureWriter()
    switch self {
    case .rsassa(let hash, let signature):
      writer.u16(Algorithm.rsassa)
      writer.u16(hash)
      writer.sized(signature)
    case .ecdsa(let hash, let r, let s):
      writer.u16(Algorithm.ecdsa)
      writer.u16(hash)
      writer.sized(r)
      writer.sized(s)
    }
    return writer.bytes
  }
}
