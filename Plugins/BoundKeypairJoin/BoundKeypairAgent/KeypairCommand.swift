import BoundKeypairMessages
import Documents
import PluginABI
public import PluginKit

/// `keypair create`: makes the bound keypair before the first join.
public enum KeypairCommand {
  public enum Format { case text, json }

  /// What the command prints: log lines for standard error, the answer for standard output.
  public struct Output {
    public var log: [String] = []
    public var out = ""
  }

  /// - Parameters:
  ///   - storage: the destination as the user gave it, for messages.
  ///   - discovery: the answer of `/webapi/find`; read only when a key has to be made.
  public static func run(
    host: Host, storage: String, overwrite: Bool, format: Format,
    discovery: () throws(PluginError) -> [UInt8]
  ) throws(PluginError) -> Output {
    var output = Output()
    var state = try ClientState(host: host)
    defer { state.wipe(host) }
    let key: Keys.Key
    if let existing = state.active, !overwrite {
      output.log.append(
        "WARN [TENON] a keypair exists already and is left as it is, pass --overwrite to replace "
          + "it storage:" + storage)
      key = existing
    } else {
      if state.active != nil {
        output.log.append(
          "WARN [TENON] the existing keypair is being overwritten storage:" + storage)
      }
      key = try state.create(
        algorithm: boundKeyAlgorithm(suite: try suite(discovery())), host: host)
      output.log.append("INFO [TENON] keypair has been written to storage storage:" + storage)
    }
    let line = try key.authorizedKey()
    switch format {
    case .json:
      let document = Node.object([("public_key", .text(line))])
      output.out = String(decoding: JSON.serialize(document, pretty: true), as: UTF8.self) + "\n"
    case .text:
      output.out =
        "\nTo register the keypair, put this public key into the token's\n"
        + "`spec.bound_keypair.onboarding.initial_public_key`:\n\n\t" + line + "\n"
    }
    return output
  }

  private static func suite(_ discovery: [UInt8]) throws(PluginError) -> String {
    guard let document = try? JSON.parse(discovery), let auth = document["auth"] else {
      throw PluginError(
        TENON_INVALID_ARGUMENT, "the proxy's answer to /webapi/find is not what a cluster sends",
        hint: "check --proxy-server")
    }
    if let text = auth["signature_algorithm_suite"]?.string { return text }
    switch auth["signature_algorithm_suite"]?.int64 {
    case 2: return "balanced-v1"
    case 3: return "fips-v1"
    case 4: return "hsm-v1"
    default: return "legacy"
    }
  }
}
