/// The rooms of the package, the floor each stands on, and which arrows between them are allowed.
///
/// A room looks down: it may import rooms of lower floors. The few arrows along a floor are listed.
/// `docs/architecture.md` draws the picture.
enum House {
  static let floors: [String: Int] = [
    "PluginABI": 0, "CFFI": 0, "CYAML": 0, "CSQLite": 0, "CLinux": 0,
    "COpenSSL": 0,
    "Documents": 1, "YAML": 1, "PluginKit": 1, "Wire": 1,
    "Credentials": 2, "PluginHost": 2, "Daemon": 2,
    "Host": 3, "Authority": 3,
    "tenon": 4, "tenond": 4, "tenonctl": 4, "tenon-plugin-worker": 4, "tenon-bench": 4,
    "plugin-probe": 4,
  ]

  /// Arrows along one floor.
  static let neighbours: [String: Set<String>] = [
    "YAML": ["Documents"],
    "PluginKit": ["Documents"],
    "Wire": ["Documents"],
    "PluginHost": ["Credentials"], "Daemon": ["PluginHost"],
  ]

  /// What a plugin may import besides the other modules of its own folder: the kit, the contract,
  /// documents, and C libraries of the system.
  static let plugInImports: Set<String> = [
    "PluginKit", "PluginABI", "Documents", "COpenSSL", "CTSS2",
  ]

  /// Rooms that also compile as Embedded Swift, where there is no Foundation of any kind.
  static let portableRooms: Set<String> = ["Documents", "PluginKit"]

  /// Modules that only the room `Wire` may touch.
  static func belongsToWire(_ module: String) -> Bool {
    ["GRPC", "NIO", "SwiftProtobuf"].contains { module.hasPrefix($0) } || module == "_NIOFileSystem"
  }

  /// Why `room` may not use `module`, or nil when it may. Modules that are no rooms are allowed here.
  static func objection(room: String, using module: String) -> String? {
    guard let floor = floors[room] else {
      return "the room has no floor yet; add it to House.floors"
    }
    guard let other = floors[module], module != room else { return nil }
    if other < floor { return nil }
    if other == floor, neighbours[room]?.contains(module) == true { return nil }
    return other > floor
      ? "runs up, from floor \(floor) to floor \(other)"
      : "runs along floor \(floor) and is not among House.neighbours"
  }

  /// Why one executable may not use these modules together: a program stands on one floor-3 room.
  static func objection(program: String, using modules: Set<String>) -> String? {
    guard floors[program] == 4 else { return nil }
    let rooms = modules.filter { floors[$0] == 3 }.sorted()
    guard rooms.count > 1 else { return nil }
    return "a program stands on one room, this one on \(rooms.joined(separator: " and "))"
  }
}

/// One broken rule, in words that lead to the place.
struct Violation: Hashable, CustomStringConvertible {
  let place: String
  let text: String

  var description: String { "\(place): \(text)" }
}
