import Foundation

/// The targets of `Package.swift` and what each declares to depend on.
struct PackageGraph: Decodable {
  struct Target: Decodable {
    let name: String
    let type: String
    let path: String?
    let dependencies: [Dependency]
  }

  /// The name of a target or product, whichever way it was written down.
  struct Dependency: Decodable {
    let name: String

    private enum Key: String, CodingKey, CaseIterable { case byName, product, target }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      for key in Key.allCases where container.contains(key) {
        var list = try container.nestedUnkeyedContainer(forKey: key)
        name = try list.decode(String.self)
        return
      }
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "unknown kind of dependency"))
    }
  }

  let targets: [Target]

  /// Asks SwiftPM for the graph. `embedded` asks for the one that builds the plugins that ship.
  static func load(root: URL, embedded: Bool) throws -> PackageGraph {
    let scratch = FileManager.default.temporaryDirectory
      .appendingPathComponent("tenon-graph-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: scratch) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "swift", "package", "--package-path", root.path, "--scratch-path", scratch.path,
      "dump-package",
    ]
    var environment = ProcessInfo.processInfo.environment
    environment["TENON_PLUGINS_EMBEDDED"] = embedded ? "1" : "0"
    process.environment = environment
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return try JSONDecoder().decode(PackageGraph.self, from: data)
  }

  /// Declared arrows that the house does not allow.
  func check() -> [Violation] {
    var violations: [Violation] = []
    let pluginModules = Dictionary(
      targets.compactMap { target in
        target.pluginFolder.map { (target.name, $0) }
      }, uniquingKeysWith: { first, _ in first })
    for target in targets where target.type != "test" {
      let names = target.dependencies.map(\.name)
      for name in names {
        let place = "Package.swift, target \(target.name)"
        if let folder = target.pluginFolder {
          if !House.plugInImports.contains(name), pluginModules[name] != folder {
            violations.append(Violation(place: place, text: "a plugin may not depend on \(name)"))
          }
          continue
        }
        if pluginModules[name] != nil {
          violations.append(
            Violation(place: place, text: "a room may not depend on plugin \(name)"))
        }
        if let objection = House.objection(room: target.name, using: name) {
          violations.append(Violation(place: place, text: "dependency on \(name) \(objection)"))
        }
        if House.belongsToWire(name), target.name != "Wire" {
          violations.append(
            Violation(place: place, text: "only the room Wire may depend on \(name)"))
        }
      }
      if let objection = House.objection(program: target.name, using: Set(names)) {
        violations.append(Violation(place: "Package.swift, target \(target.name)", text: objection))
      }
    }
    return violations
  }
}

extension PackageGraph.Target {
  /// `BoundKeypairJoin` for a target whose path is `Plugins/BoundKeypairJoin/…`; nil for rooms.
  var pluginFolder: String? {
    guard let parts = path?.split(separator: "/"), parts.count >= 2, parts[0] == "Plugins" else {
      return nil
    }
    return String(parts[1])
  }
}
