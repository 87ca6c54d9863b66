/// The name of a TPM object: its name algorithm and the digest of its public area (TPM 2.0 part 1,
/// section 16).
public struct ObjectName: Sendable, Equatable {
  public var algorithm: UInt16
  public var digest: [UInt8]

  public init(algorithm: UInt16, digest: [UInt8]) {
    self.algorithm = algorithm
    self.digest = digest
  }

  /// The content of a TPM2B_NAME.
  public init(parsing bytes: [UInt8]) throws(MalformedStructure) {
    var reader = try StructureReader(bytes, "the name of the object")
    algorithm = try reader.u16()
    guard let hash = HashAlgorithm(rawValue: algorithm) else {
      throw reader.malformed("uses an unsupported hash algorithm")
    }
    digest = try reader.take(hash.digestBytes)
    try reader.end()
  }

  public var encoded: [UInt8] {
    var writer = StructureWriter()
    writer.u16(algorithm)
    writer.raw(digest)
    return writer.bytes
  }
}
