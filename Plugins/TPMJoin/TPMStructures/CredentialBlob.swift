/// TPM2B_ID_OBJECT: a secret for one object of one TPM (TPM 2.0 part 1, section 24).
public struct CredentialBlob: Sendable, Equatable {
  /// HMAC over ``encryptedIdentity`` and the object's name.
  public var integrity: [UInt8]
  /// The encrypted TPM2B_DIGEST with the secret.
  public var encryptedIdentity: [UInt8]

  public init(integrity: [UInt8], encryptedIdentity: [UInt8]) {
    self.integrity = integrity
    self.encryptedIdentity = encryptedIdentity
  }

  /// The whole of `bytes`, the outer size included.
  public init(parsing bytes: [UInt8]) throws(MalformedStructure) {
    var reader = try StructureReader(bytes, "the credential blob")
    guard Int(try reader.u16()) == bytes.count - 2 else {
      throw reader.malformed("does not have the size it says")
    }
    integrity = try reader.sized(limit: 64)
    // What is left: the size was checked, and nothing follows.
    encryptedIdentity = try reader.take(bytes.count - 4 - integrity.count)
    guard encryptedIdentity.count <= 66 else { throw reader.malformed("is too long") }
  }

  public var encoded: [UInt8] {
    var inner = StructureWriter()
    inner.sized(integrity)
    inner.raw(encryptedIdentity)
    var writer = StructureWriter()
    writer.sized(inner.bytes)
    return writer.bytes
  }
}
