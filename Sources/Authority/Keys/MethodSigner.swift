import Credentials
import PluginHost

/// Signs and checks a method's documents with the keys of its own authority.
struct MethodSigner: MethodAuthority {
  let key: PrivateKey
  /// Trusted too, and never signed with.
  var standby: [PublicKey] = []

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
    let trusted = ([key.publicKey] + standby).first { $0.keyID == keyID }
    return trusted?.verify(scheme: scheme, message: message, signature: signature)
  }
}
