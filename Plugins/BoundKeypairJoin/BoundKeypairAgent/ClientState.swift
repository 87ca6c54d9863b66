import BoundKeypairMessages
import Documents
import PluginABI
public import PluginKit

/// What the client keeps between joins: active key, key history and join state.
public struct ClientState {
  public enum Record {
    public static let key = "id_bkp"
    public static let publicKey = "id_bkp.pub"
    public static let joinState = "bkp_state"
    public static let history = "bkp_key_history.json"
  }

  public private(set) var active: Keys.Key?
  private var activePEM: [UInt8] = []
  public private(set) var history = KeyHistory()
  /// Empty before the first join, and when its key is gone: a state proves nothing without the key.
  public private(set) var joinState: [UInt8] = []
  /// Whether the key lives outside the storage. Then nothing is read from there and nothing written.
  let isStatic: Bool

  /// The state of a machine with a key outside its storage.
  init(fixed key: Keys.Key) {
    active = key
    isStatic = true
  }

  /// Reads the records. A missing key is an empty state; a history that makes no sense is a warning.
  public init(host: Host) throws(PluginError) {
    isStatic = false
    let storage = try host.storage
    let keys = try host.keys
    if let pem = try storage.get(Record.key) {
      do {
        active = try keys.importPrivate(pem: pem)
      } catch let failure {
        throw PluginError(
          TENON_CORRUPT_STATE, "the key in id_bkp cannot be read: " + failure.message,
          hint:
            "restore the file from a backup; without one empty the storage, and on the authority "
            + "`tctl bound-keypair unbind TOKEN`, or create a new token",
          retry: TENON_RETRY_AFTER_OPERATOR)
      }
      activePEM = pem
      // A line break at the end, as a copy may leave it, is none of the document, which has no blanks.
      joinState = (try storage.get(Record.joinState) ?? []).filter { $0 > 0x20 }
    }
    if var bytes = try storage.get(Record.history) {
      do {
        history = try KeyHistory(parsing: bytes, keys: keys)
      } catch let failure {
        guard failure.code == TENON_CORRUPT_STATE else { throw failure }
        try host.log.warning(failure.message + "; " + failure.hint)
      }
      host.wipe(&bytes)
    }
    if let active, history.entries.isEmpty {
      history.prepend(active, pem: activePEM, now: try host.unixSeconds())
    }
  }

  /// The key that has this public half: the active one, then the history.
  ///
  /// - Parameter line: an authorized_keys line of the authority's.
  public func signer(for line: [UInt8], host: Host) throws(PluginError) -> Keys.Key? {
    let wanted = try Self.canonical(line, host)
    if let active, try active.authorizedKey().sameBytes(as: wanted) { return active }
    return try history.entry(for: wanted)?.key
  }

  /// Makes a key and has it on disk, in the history, before its public half may leave the machine.
  public mutating func stage(
    algorithm: String, host: Host
  ) throws(PluginError) -> Keys.Key {
    guard !isStatic else {
      throw PluginError(
        TENON_INVALID_ARGUMENT, "the authority asks for a new key, and a static key stays as it is",
        hint:
          "remove rotate_after from the token with `tctl edit token/NAME`, and register the static "
          + "key's public half as its initial_public_key", retry: TENON_RETRY_AFTER_OPERATOR)
    }
    let key = try host.keys.generate(algorithm)
    history.prepend(key, pem: try key.exportPrivate(), now: try host.unixSeconds())
    try put([], withHistory: host)
    return key
  }

  /// Adopts what the authority has bound: the new join state, and the active key it names.
  ///
  /// The order makes every prefix a state the next join can start from: while only the join state is
  /// new, the authority's challenge still finds its key in the history, because it names the bound one.
  public mutating func adopt(
    joinState: [UInt8], publicKey: [UInt8], host: Host
  ) throws(PluginError) {
    let wanted = try Self.canonical(publicKey, host)
    var isActive = false
    if let active { isActive = try active.authorizedKey().sameBytes(as: wanted) }
    guard !isStatic else {
      guard isActive else { throw Self.foreignKey }
      return
    }
    var changes = [Storage.Change(Record.joinState, joinState)]
    if !isActive {
      guard let entry = try history.entry(for: wanted) else { throw Self.foreignKey }
      active = entry.key
      activePEM = entry.pem
      changes.append(Storage.Change(Record.key, entry.pem))
    }
    let publicLine = [UInt8]((wanted + "\n").utf8)
    // Also when only the key made it to the disk last time.
    if try host.storage.get(Record.publicKey) != publicLine {
      changes.append(Storage.Change(Record.publicKey, publicLine))
    }
    self.joinState = joinState
    try put(changes, withHistory: host)
  }

  /// A first key without a join, for `keypair create`.
  public mutating func create(algorithm: String, host: Host) throws(PluginError) -> Keys.Key {
    let key = try stage(algorithm: algorithm, host: host)
    active = key
    activePEM = try key.exportPrivate()
    try host.storage.put([
      Storage.Change(Record.key, activePEM),
      Storage.Change(Record.publicKey, [UInt8]((try key.authorizedKey() + "\n").utf8)),
    ])
    return key
  }

  /// Zeroes the private keys. The state is empty afterwards.
  mutating func wipe(_ host: Host) {
    history.wipe(host)
    host.wipe(&activePEM)
    activePEM = []
    active = nil
  }

  private static var foreignKey: PluginError {
    PluginError(
      TENON_CORRUPT_STATE, "the authority bound a public key this machine does not have",
      hint: "another machine joined with the same token; create a token for each machine",
      retry: TENON_RETRY_AFTER_OPERATOR)
  }

  /// Writes records, and the history behind them.
  private func put(
    _ changes: [Storage.Change], withHistory host: Host
  ) throws(PluginError) {
    var bytes = history.encoded
    defer { host.wipe(&bytes) }
    try host.storage.put(changes + [Storage.Change(Record.history, bytes)])
  }

  /// The line without comment, as the host spells it: keys are compared by value and not by text.
  private static func canonical(_ line: [UInt8], _ host: Host) throws(PluginError) -> String {
    do {
      return try host.keys.importPublic(line).authorizedKey()
    } catch let failure {
      throw PluginError(
        failure.code, "the authority sent a public key that cannot be read: " + failure.message,
        hint: "check that the address is that of the right cluster")
    }
  }
}
