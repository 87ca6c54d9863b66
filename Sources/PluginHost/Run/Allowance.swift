import Documents
import PluginABI

/// Something a join method lets a client do a limited number of times.
public struct Allowance: Sendable, Equatable {
  /// 1 to 32 of `[a-z0-9_]`.
  public var name: String
  /// How often it has been done.
  public var used: Int64
  /// How often it may be done in all; nil while there is no limit.
  public var limit: Int64?

  public init(name: String, used: Int64, limit: Int64?) {
    self.name = name
    self.used = used
    self.limit = limit
  }

  /// How often it may still be done; nil while there is no limit.
  public var left: Int64? { limit.map { max(0, $0 - used) } }

  /// Reads what a plugin wrote; nil for anything but what `tenon/cap/allowances.h` describes.
  static func all(_ bytes: [UInt8]) -> [Allowance]? {
    guard let nodes = (try? JSON.parse(bytes))?.list, nodes.count <= Int(TENON_ALLOWANCES_MAX)
    else { return nil }
    var all: [Allowance] = []
    for node in nodes {
      guard let name = node["name"]?.string, isName(name),
        !all.contains(where: { $0.name == name }),
        let used = node["used"]?.int64, used >= 0
      else { return nil }
      var limit: Int64?
      if let stated = node["limit"] {
        guard let number = stated.int64, number >= 0 else { return nil }
        limit = number
      }
      all.append(Allowance(name: name, used: used, limit: limit))
    }
    return all
  }

  private static func isName(_ name: String) -> Bool {
    (1...32).contains(name.utf8.count)
      && name.utf8.allSatisfy {
        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F
      }
  }
}
