import BoundKeypairMessages
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
  public private(set) var activePEM: [UInt8] = []
  public private(set) var history = KeyHistory()
  public private(set) var joinState: [UInt8] = []

  /// Reads the records. A missing key is an empty state; an unreadable history is a warning.
  public init(host: Host) throws(PluginError) {
    let storage = try host.storage
    let keys = try host.keys
    if let pem = try storage.get(Record.key) {
      do {
        active = try keys.importPrivate(pem: pem)
      } catch let failure {
        throw PluginError(
          TENON_CORRUPT_STATE, "the key in id_bkp cannot be read: " + failure.message,
          hint:
            "restore the file from a backup, or create a new token and start with empty storage",
          retry: TENON_RETRY_AFTER_OPERATOR)
      }
      activePEM = pem
    }
    do {
      if let bytes = try storage.get(Record.history) {
        history = try KeyHistory(parsing: bytes, keys: keys)
      }
    } catch let failure {
      try host.log.warning(failure.message + "; " + failure.hint)
    }
    if let active, history.entries.isEmpty {
      history.prepend(active, pem: activePEM, now: try host.unixSeconds())
    }
    joinState = try storage.get(Record.joinState) ?? []
  }

  /// The key that has this public half: the active one, then the history.
  public func signer(for line: [UInt8]) throws(PluginError) -> Keys.Key? {
    if let active, AuthorizedKey.same([UInt8](try active.authorizedKey().utf8), line) {
      return active
    }
    return try history.entry(for: line, same: AuthorizedKey.same)?.key
  }

  /// Makes a key and has it on disk, in the history, before its public half may leave the machine.
  public mutating func stage(
    algorithm: String, host: Host
  ) throws(PluginError) -> Keys.Key {
    let key = try host.keys.generate(algorithm)
    history.prepend(key, pem: try key.exportPrivate(), now: try host.unixSeconds())
    try writeHistory(host)
    return key
  }

  /// Adopts what the authority has bound: the new join state, and the active key it names.
  ///
  /// The order makes every prefix a state the next join can start from: while only the key files are
  /// new, the authority's challenge still finds its key, because it names the bound one.
  public mutating func adopt(
    joinState: [UInt8], publicKey: [UInt8], host: Host
  ) throws(PluginError) {
    var changes: [Storage.Change] = []
    let isActive = try active.map { key throws(PluginError) in
      AuthorizedKey.same([UInt8](try key.authorizedKey().utf8), publicKey)
    }
    if isActive != true {
      guard let entry = try history.entry(for: publicKey, same: AuthorizedKey.same) else {
        throw PluginError(
          TENON_CORRUPT_STATE,
          "the authority bound a public key this machine does not have",
          hint: "another machine joined with the same token; create a token for each machine",
          retry: TENON_RETRY_AFTER_OPERATOR)
      }
      active = entry.key
      activePEM = entry.pem
      changes.append(Storage.Change(Record.key, entry.pem))
      changes.append(
        Storage.Change(Record.publicKey, [UInt8]((try entry.key.authorizedKey() + "\n").utf8)))
    }
    self.joinState = joinState
    changes.append(Storage.Change(Record.joinState, joinState))
    try host.storage.put(changes)
    try writeHistory(host)
    for var change in changes { host.wipe(&change.value) }
  }

  /// A first key without a join, for `keypair create`.
  public mutating func create(algorithm: String, host: Host) throws(PluginError) -> Keys.Key {
    let key = try stage(algorithm: algorithm, host: host)
    var pem = try key.exportPrivate()
    active = key
    activePEM = pem
    try host.storage.put([
      Storage.Change(Record.key, pem),
      Storage.Change(Record.publicKey, [UInt8]((try key.authorizedKey() + "\n").utf8)),
    ])
    host.wipe(&pem)
    return key
  }

  private func writeHistory(_ host: Host) throws(PluginError) {
    var bytes = history.encoded
    try host.storage.put([Storage.Change(Record.history, bytes)])
    host.wipe(&bytes)
  }
}
