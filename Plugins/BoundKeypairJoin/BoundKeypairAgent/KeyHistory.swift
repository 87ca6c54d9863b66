import Documents
import PluginABI
public import PluginKit

/// `bkp_key_history.json`: the private keys of this bot, newest first, at most ten.
public struct KeyHistory {
  public static let limit = 10

  public struct Entry {
    /// RFC 3339.
    public var time: String
    public var key: Keys.Key
    /// PEM, kept as it was read so that rewriting changes nothing.
    public var pem: [UInt8]
  }

  public private(set) var entries: [Entry] = []

  public init() {}

  /// Reads the record.
  ///
  /// - Throws: `TENON_CORRUPT_STATE` when it is no history; the caller may start a new one.
  public init(parsing bytes: [UInt8], keys: Keys) throws(PluginError) {
    let document: Node
    do {
      document = try JSON.parse(bytes)
    } catch {
      throw Self.corrupt("is not JSON")
    }
    guard let list = document["entries"]?.list else { throw Self.corrupt("has no entries") }
    for item in list.prefix(Self.limit) {
      guard let pem = item["private_key"]?.string else { throw Self.corrupt("has no private_key") }
      let bytes = [UInt8](pem.utf8)
      let key: Keys.Key
      do {
        key = try keys.importPrivate(pem: bytes)
      } catch let failure {
        throw Self.corrupt("holds a key that cannot be read: " + failure.message)
      }
      entries.append(Entry(time: item["time"]?.string ?? "", key: key, pem: bytes))
    }
  }

  /// Puts a key in front and drops what goes beyond ten.
  public mutating func prepend(_ key: Keys.Key, pem: [UInt8], now: Int64) {
    entries.insert(Entry(time: Timestamp.text(now), key: key, pem: pem), at: 0)
    if entries.count > Self.limit { entries.removeLast() }
  }

  /// The entry with this public half, an authorized_keys line without comment.
  public func entry(for line: String) throws(PluginError) -> Entry? {
    for entry in entries where try entry.key.authorizedKey().sameBytes(as: line) { return entry }
    return nil
  }

  /// The record's bytes. They hold private keys: wipe them after writing.
  public var encoded: [UInt8] {
    var list: [Node] = []
    for entry in entries {
      list.append(
        .object([
          ("time", .text(entry.time)),
          ("private_key", .text(String(decoding: entry.pem, as: UTF8.self))),
        ]))
    }
    return JSON.serialize(.object([("entries", .array(list))]))
  }

  /// Zeroes the private keys.
  mutating func wipe(_ host: Host) {
    for index in entries.indices { host.wipe(&entries[index].pem) }
    entries = []
  }

  private static func corrupt(_ what: String) -> PluginError {
    PluginError(
      TENON_CORRUPT_STATE, "the key history bkp_key_history.json " + what,
      hint: "move the file away; only keys older than the active one are lost with it")
  }
}
