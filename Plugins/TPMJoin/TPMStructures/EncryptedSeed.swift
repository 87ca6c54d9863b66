/// TPM2B_ENCRYPTED_SECRET: the seed of a credential, for one endorsement key (TPM 2.0 part 2, section
/// 11.4.33).
public struct EncryptedSeed: Sendable, Equatable {
  /// RSA: the ciphertext. ECC: TPMS_ECC_POINT of the ephemeral key.
  public var secret: [UInt8]

  public init(secret: [UInt8]) { self.secret = secret }

  /// The point of an ephemeral key, coordinates big-endian.
  public init(x: [UInt8], y: [UInt8]) {
    var writer = StructureWriter()
    writer.sized(x)
    writer.sized(y)
    secret = writer.bytes
  }

  /// The whole of `bytes`, the outer size included.
  public init(parsing bytes: [UInt8]) throws(MalformedStructure) {
    var reader = try StructureReader(bytes, "the encrypted secret")
    secret = try reader.sized(limit: 512)
    try reader.end()
  }

  public var encoded: [UInt8] {
    var writer = StructureWriter()
    writer.sized(secret)
    return writer.bytes
  }
}
