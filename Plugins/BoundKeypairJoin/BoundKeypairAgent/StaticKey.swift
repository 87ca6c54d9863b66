import BoundKeypairMessages
import Documents
import PluginABI
import PluginKit

/// A bound key kept outside the storage, for machines whose disk does not last: the operator puts it into
/// a file or the environment, and nothing of a join is stored.
enum StaticKey {
  /// The configured key. Nil without one, and, with a warning, when it cannot be read: then the stored
  /// keypair counts.
  static func load(_ host: Host) throws(PluginError) -> Keys.Key? {
    guard let text = try host.config("static_private_key"), !text.isEmpty else { return nil }
    var pem = [UInt8](text.utf8)
    defer { host.wipe(&pem) }
    if !pem.starts(with: [UInt8]("-----".utf8)) {
      pem.removeAll { $0 == 0x0A || $0 == 0x0D || $0 == 0x20 || $0 == 0x09 }
      guard let decoded = Base64.decode(pem) else {
        try warn(host, "it is neither PEM nor the base64 of PEM")
        return nil
      }
      host.wipe(&pem)
      pem = decoded
    }
    do {
      return try host.keys.importPrivate(pem: pem)
    } catch let failure {
      guard failure.code == TENON_INVALID_ARGUMENT else { throw failure }
      try warn(host, failure.message)
      return nil
    }
  }

  private static func warn(_ host: Host, _ reason: String) throws(PluginError) {
    try host.log.warning(
      "the static key cannot be used (" + reason
        + "), the keypair in the storage counts; check "
        + "onboarding.bound_keypair.static_private_key_path or the environment variable "
        + "TBOT_BOUND_KEYPAIR_STATIC_KEY")
  }
}
