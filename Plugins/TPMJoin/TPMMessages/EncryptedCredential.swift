public import PluginKit

/// `TPMEncryptedCredential`: what only the TPM that holds both keys can open.
public struct EncryptedCredential: Sendable, Equatable {
  /// TPM2B_ID_OBJECT, its own size first.
  public var blob: [UInt8]
  /// TPM2B_ENCRYPTED_SECRET, its own size first.
  public var secret: [UInt8]

  public init(blob: [UInt8], secret: [UInt8]) {
    self.blob = blob
    self.secret = secret
  }

  /// - Throws: `TENON_INVALID_ARGUMENT` when the bytes are no message. What is inside the fields is
  ///   not looked at.
  public init(parsing bytes: [UInt8]) throws(PluginError) {
    let message = try WireMessage(parsing: bytes)
    self.init(blob: message[Field.credentialBlob], secret: message[Field.encryptedSecret])
  }

  public var encoded: [UInt8] {
    var message = WireMessage()
    message.set(Field.credentialBlob, blob)
    message.set(Field.encryptedSecret, secret)
    return message.encoded
  }
}
