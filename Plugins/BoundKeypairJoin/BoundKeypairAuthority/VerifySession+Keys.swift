import BoundKeypairMessages
import Documents
import PluginABI
import PluginKit

/// Keys the client offers, and challenges for them.
extension VerifySession {
  func offered(_ line: [UInt8], _ purpose: Purpose) throws(PluginError) -> Verdict {
    let key: Keys.Key
    do {
      key = try host.keys.importPublic(line)
    } catch let failure {
      guard failure.code == TENON_INVALID_ARGUMENT else { throw failure }
      return refuseKey(purpose, TENON_INVALID_ARGUMENT, failure.message)
    }
    return try challenge(key, purpose)
  }

  /// Compared by the keys and not by how the client spelled its own.
  func isBound(_ key: Keys.Key) throws(PluginError) -> Bool {
    let bound = try host.keys.importPublic([UInt8](status.boundPublicKey.utf8))
    return try key.authorizedKey().sameBytes(as: try bound.authorizedKey())
  }

  /// Challenges a key of the token itself.
  func challenge(_ line: String, _ purpose: Purpose) throws(PluginError) -> Verdict {
    try challenge(try host.keys.importPublic([UInt8](line.utf8)), purpose)
  }

  func challenge(_ key: Keys.Key, _ purpose: Purpose) throws(PluginError) -> Verdict {
    let challenge = try Challenge(key: key, host: host)
    stage = .challenged(challenge, purpose)
    return .challenge(field: Field.challenge, message: challenge.message)
  }
}
