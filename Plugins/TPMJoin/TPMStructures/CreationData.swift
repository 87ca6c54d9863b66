/// TPMS_CREATION_DATA (TPM 2.0 part 2, section 15.1).
public struct CreationData: Sendable, Equatable {
  /// TPMS_PCR_SELECTION.
  public struct PCRSelection: Sendable, Equatable {
    public var hash: UInt16
    public var bitmap: [UInt8]

    public init(hash: UInt16, bitmap: [UInt8]) {
      self.hash = hash
      self.bitmap = bitmap
    }
  }

  /// Nil when no registers were selected. The method has no use for more than one selection.
  public var selection: PCRSelection?
  public var pcrDigest: [UInt8]
  public var locality: UInt8
  public var parentNameAlgorithm: UInt16
  public var parentName: [UInt8]
  public var parentQualifiedName: [UInt8]
  public var outsideInfo: [UInt8]

  public init(
    selection: PCRSelection?, pcrDigest: [UInt8], locality: UInt8, parentNameAlgorithm: UInt16,
    parentName: [UInt8], parentQualifiedName: [UInt8], outsideInfo: [UInt8]
  ) {
    self.selection = selection
    self.pcrDigest = pcrDigest
    self.locality = locality
    self.parentNameAlgorithm = parentNameAlgorithm
    self.parentName = parentName
    self.parentQualifiedName = parentQualifiedName
    self.outsideInfo = outsideInfo
  }

  /// The whole of `bytes`, without the size that makes it a TPM2B_CREATION_DATA.
  public init(parsing bytes: [UInt8]) throws(MalformedStructure) {
    var reader = try StructureReader(bytes, "the creation data")
    switch try reader.u32() {
    case 0: selection = nil
    case 1:
      let hash = try reader.u16()
      let count = Int(try reader.u8())
      guard count <= 4 else { throw reader.malformed("has a register bitmap that is too long") }
      selection = PCRSelection(hash: hash, bitmap: try reader.take(count))
    default: throw reader.malformed("selects registers of more than one bank")
    }
    pcrDigest = try reader.sized(limit: 64)
    locality = try reader.u8()
    parentNameAlgorithm = try reader.u16()
    parentName = try reader.sized(limit: 66)
    parentQualifiedName = try reader.sized(limit: 66)
    outsideInfo = try reader.sized(limit: 64)
    try reader.end()
  }

  public var encoded: [UInt8] {
    var writer = StructureWriter()
    if let selection {
      writer.u32(1)
      writer.u16(selection.hash)
      writer.u8(UInt8(truncatingIfNeeded: selection.bitmap.count))
      writer.raw(selection.bitmap)
    } else {
      writer.u32(0)
    }
    writer.sized(pcrDigest)
    writer.u8(locality)
    writer.u16(parentNameAlgorithm)
    writer.sized(parentName)
    writer.sized(parentQualifiedName)
    writer.sized(outsideInfo)
    return writer.bytes
  }
}
