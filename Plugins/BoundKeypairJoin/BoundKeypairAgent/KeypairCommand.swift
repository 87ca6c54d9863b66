import BoundKeypairMessages
import Documents
import PluginABI
public import PluginKit

/// `keypair create`: makes the bound keypair before the first join.
public struct KeypairCommand {
  public enum Format { case text, json }

  /// What the command prints: log lines for standard error, the answer for standard output.
  public struct Output {
    public var log: [String] = []
    public var out = ""
  }

  /// The destination as the user gave it. Nil without one.
  public var storage: String?
  /// Replace a keypair that is there.
  public var overwrite = false
  /// Make a key that is kept nowhere but in the answer or in ``keyPath``.
  public var isStatic = false
  /// The file for the private half of a static key.
  public var keyPath: String?
  public var format = Format.text

  public init() {}

  /// - Parameters:
  ///   - discovery: the answer of `/webapi/find`; read only when a key has to be made.
  ///   - write: writes the content of ``keyPath``.
  public func run(
    host: Host, discovery: () throws(PluginError) -> [UInt8],
    write: (_ path: String, _ content: [UInt8]) throws(PluginError) -> Void
  ) throws(PluginError) -> Output {
    guard isStatic else {
      guard keyPath == nil else {
        throw PluginError(
          TENON_INVALID_ARGUMENT, "--static-key-path is for static keys only",
          hint: "pass --static too, or leave it out")
      }
      return try stored(host, try storageToUse(), discovery)
    }
    return try unstored(host, discovery, write)
  }

  /// A key in the storage, where the first join finds it.
  private func stored(
    _ host: Host, _ storage: String, _ discovery: () throws(PluginError) -> [UInt8]
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
      key = try state.create(algorithm: try ClusterSuite.keyAlgorithm(discovery()), host: host)
      output.log.append("INFO [TENON] keypair has been written to storage storage:" + storage)
    }
    let line = try key.authorizedKey()
    switch format {
    case .json: output.out = json([("public_key", .text(line))])
    case .text:
      output.out =
        "\nTo register the keypair, put this public key into the token's\n"
        + "`spec.bound_keypair.onboarding.initial_public_key`:\n\n\t" + line + "\n"
    }
    return output
  }

  /// A key of which nothing is in a storage.
  private func unstored(
    _ host: Host, _ discovery: () throws(PluginError) -> [UInt8],
    _ write: (_ path: String, _ content: [UInt8]) throws(PluginError) -> Void
  ) throws(PluginError) -> Output {
    var output = Output()
    if storage != nil {
      output.log.append("WARN [TENON] --storage is not used, a static key is stored nowhere")
    }
    let key = try host.keys.generate(try ClusterSuite.keyAlgorithm(discovery()))
    var pem = try key.exportPrivate()
    defer { host.wipe(&pem) }
    let line = try key.authorizedKey()
    var members: [(String, Node)] = [("public_key", .text(line))]
    if let keyPath {
      try write(keyPath, pem)
      output.log.append("INFO [TENON] static private key has been written path:" + keyPath)
      output.out =
        "\nName the file of the private key in the agent's configuration, as\n"
        + "`onboarding.bound_keypair.static_private_key_path`.\n"
    } else {
      let secret = String(decoding: Base64.encode(pem), as: UTF8.self)
      members.append(("private_key", .text(secret)))
      output.out =
        "\nKeep the private key secret, and give it to the agent in its environment:\n\n"
        + "\texport TBOT_BOUND_KEYPAIR_STATIC_KEY=" + secret + "\n"
    }
    switch format {
    case .json: output.out = json(members)
    case .text:
      output.out +=
        "\nTo register the keypair, put this public key into the token's\n"
        + "`spec.bound_keypair.onboarding.initial_public_key`, and set\n"
        + "`spec.bound_keypair.recovery.mode` to `insecure`, as static keys keep no join state:\n\n\t"
        + line + "\n"
    }
    return output
  }

  private func storageToUse() throws(PluginError) -> String {
    guard let storage else {
      throw PluginError(
        TENON_INVALID_ARGUMENT, "--storage is required",
        hint: "name the folder of the bot's storage, or pass --static for a key that is stored "
          + "nowhere")
    }
    // A key nobody can ever use again, registered in good faith, is a join that cannot work.
    guard !storage.utf8.starts(with: "memory:".utf8) else {
      throw PluginError(
        TENON_INVALID_ARGUMENT, "a keypair in memory is gone when this command ends",
        hint: "name a folder with --storage, or pass --static")
    }
    return storage
  }

  private func json(_ members: [(String, Node)]) -> String {
    String(decoding: JSON.serialize(.object(members), pretty: true), as: UTF8.self) + "\n"
  }
}
