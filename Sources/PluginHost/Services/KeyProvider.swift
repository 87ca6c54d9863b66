/// Makes and reads keys for plugins. Software keys are built in; hardware keys come from providers.
public protocol KeyProvider: Sendable {
  /// A new private key: `ed25519`, `ecdsa-p256` or `rsa-2048`.
  func generate(_ algorithm: String) throws(KeyFailure) -> any HostKey
  /// A private key from PEM.
  func importPrivate(_ pem: [UInt8]) throws(KeyFailure) -> any HostKey
  /// A public key from an authorized_keys line or PEM.
  func importPublic(_ text: [UInt8]) throws(KeyFailure) -> any HostKey
}

/// A key behind a handle. Encodings and schemes are those of `tenon/host/key.h`.
public protocol HostKey: Sendable {
  var scheme: String { get }
  /// `pkix`, `ssh` or `key-id`.
  func publicKey(_ encoding: String) throws(KeyFailure) -> [UInt8]
  func exportPrivate() throws(KeyFailure) -> [UInt8]
  func sign(_ message: [UInt8]) throws(KeyFailure) -> [UInt8]
  func verify(scheme: String, message: [UInt8], signature: [UInt8]) -> Bool
}

/// A key operation that did not work.
public struct KeyFailure: Error, Sendable {
  public var code: PluginFailure.Code
  public var message: String

  public init(_ code: PluginFailure.Code, _ message: String) {
    self.code = code
    self.message = message
  }
}
