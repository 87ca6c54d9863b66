import BoundKeypairMessages
import Documents
import PluginABI
import PluginKit

/// A bound key kept outside the storage, for machines whose disk does not last: the operator puts it into
/// a file or the environment, and nothing of a join is stored.
enum StaticKey {
  /// What the configuration calls the value, and the file that holds it. The second pair is how some
  /// documentation spells the first.
  private static let names = [
    (value: "static_private_key", path: "static_private_key_path"),
    (value: "static_key", path: "static_key_path"),
  ]

  /// The configured key. Nil without one, and, with a warning, when it cannot be read: then the stored
  /// keypair counts.
  ///
  /// - Throws: `TENON_INVALID_CONFIG` when two are configured.
  static func load(_ host: Host) throws(PluginError) -> Keys.Key? {
    guard let text = try text(host) else { return nil }
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

  private static func text(_ host: Host) throws(PluginError) -> String? {
    let first = try configured(host, names[0].value)
    guard let second = try configured(host, names[1].value) else { return first }
    // What came from the environment gives way to a file; two files contradict each other.
    let isFromFile = try host.config(names[0].path) != nil
    guard first == nil || !isFromFile else {
      throw PluginError(
        TENON_INVALID_CONFIG,
        "two static keys are configured: `" + names[0].path + "` and `" + names[1].path + "`",
        hint: "both name the same setting; remove one of them", retry: TENON_RETRY_AFTER_CONFIG)
    }
    return second
  }

  private static func configured(_ host: Host, _ key: String) throws(PluginError) -> String? {
    let text = try host.config(key)
    return text?.isEmpty == true ? nil : text
  }

  private static func warn(_ host: Host, _ reason: String) throws(PluginError) {
    try host.log.warning(
      "the static key cannot be used (" + reason
        + "), the keypair in the storage counts; check onboarding.bound_keypair."
        + names[0].path + " or the environment variable TBOT_BOUND_KEYPAIR_STATIC_KEY")
  }
}
