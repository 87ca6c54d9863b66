import Credentials
import PluginHost

/// Signs and checks a method's documents with the keys of its own authority.
struct MethodSigner: MethodAuthority {
  let key: PrivateKey

  var signer: (keyID: String, scheme: String) {
    (key.publicKey.keyID, key.publicKey.algorithm.scheme.rawValue)
  }

  func sign(_ message: [UInt8]) throws(KeyFailure) -> [UInt8] {
    do {
      return try key.sign(message)
    } catch {
      throw KeyFailure(.internalError, error.description)
    }
  }

  func verify(keyID: String, scheme: String, message: [UInt8], signature: [UInt8]) -> Bool? {
    guard keyID == key.publicKey.keyID else { return nil }
    return key.publicKey.verify(scheme: scheme, message: message, signature: signature)
  }
}
