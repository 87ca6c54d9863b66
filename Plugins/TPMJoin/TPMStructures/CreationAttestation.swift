/// TPMS_ATTEST with TPMS_CREATION_INFO: what TPM2_CertifyCreation signs (TPM 2.0 part 2, section
/// 10.12).
public struct CreationAttestation: Sendable, Equatable {
  /// TPMS_CLOCK_INFO.
  public struct ClockInfo: Sendable, Equatable {
    public var clock: UInt64
    public var resetCount: UInt32
    public var restartCount: UInt32
    public var safe: UInt8

    public init(clock: UInt64, resetCount: UInt32, restartCount: UInt32, safe: UInt8) {
      self.clock = clock
      self.resetCount = resetCount
      self.restartCount = restartCount
      self.safe = safe
    }
  }

  /// TPM_GENERATED_VALUE: a restricted key signs nothing with these first bytes that the TPM did not
  /// make itself.
  public static let generatedMagic: UInt32 = 0xFF54_4347
  /// TPM_ST_ATTEST_CREATION.
  public static let creationType: UInt16 = 0x801A

  public var qualifiedSigner: [UInt8]
  public var extraData: [UInt8]
  public var clockInfo: ClockInfo
  public var firmwareVersion: UInt64
  /// Content of the TPM2B_NAME of the object that was made.
  public var objectName: [UInt8]
  public var creationHash: [UInt8]

  public init(
    qualifiedSigner: [UInt8], extraData: [UInt8], clockInfo: ClockInfo, firmwareVersion: UInt64,
    objectName: [UInt8], creationHash: [UInt8]
  ) {
    self.qualifiedSigner = qualifiedSigner
    self.extraData = extraData
    self.clockInfo = clockInfo
    self.firmwareVersion = firmwareVersion
    self.objectName = objectName
    self.creationHash = creationHash
  }

  /// The whole of `bytes`. An attestation of another kind, or one that no TPM made, is malformed.
  public init(parsing bytes: [UInt8]) throws(MalformedStructure) {
    var reader = try StructureReader(bytes, "the attestation")
    guard try reader.u32() == Self.generatedMagic else {
      throw reader.malformed("has an incorrect magic value, so it was not produced by a tpm")
    }
    guard try reader.u16() == Self.creationType else {
      throw reader.malformed("does not apply to creation data")
    }
    qualifiedSigner = try reader.sized(limit: 66)
    extraData = try reader.sized(limit: 66)
    let clock = try reader.u64()
    let resetCount = try reader.u32()
    let restartCount = try reader.u32()
    clockInfo = ClockInfo(
      clock: clock, resetCount: resetCount, restartCount: restartCount, safe: try reader.u8())
    firmwareVersion = try reader.u64()
    objectName = try reader.sized(limit: 66)
    creationHash = try reader.sized(limit: 64)
    try reader.end()
  }

  public var encoded: [UInt8] {
    var writer = StructureWriter()
    writer.u32(Self.generatedMagic)
    writer.u16(Self.creationType)
    writer.sized(qualifiedSigner)
    writer.sized(extraData)
    writer.u64(clockInfo.clock)
    writer.u32(clockInfo.resetCount)
    writer.u32(clockInfo.restartCount)
    writer.u8(clockInfo.safe)
    writer.u64(firmwareVersion)
    writer.sized(objectName)
    writer.sized(creationHash)
    return writer.bytes
  }
}
