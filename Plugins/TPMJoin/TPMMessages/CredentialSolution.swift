public import PluginKit

/// `TPMSolution`: the secret that came out of the encrypted credential.
public struct CredentialSolution: Sendable, Equatable {
  public var secret: [UInt8]

  public init(secret: [UInt8]) { self.secret = secret }

  /// - Throws: `TENON_INVALID_ARGUMENT` when the bytes are no message.
  public init(parsing bytes: [UInt8]) throws(PluginError) {
    secret = try WireMessage(parsing: bytes)[Field.solutionSecret]
  }

  public var encoded: [UInt8] {
    var message = WireMessage()
    message.set(Field.solutionSecret, secret)
    return message.encoded
  }
}
