/// Checks what the files themselves import.
struct ImportRules {
  let tree: SourceTree

  /// Everything under `Sources/`: floors, one room per program, Wire's libraries, Foundation.
  func checkRooms() throws -> [Violation] {
    var violations: [Violation] = []
    var used: [String: Set<String>] = [:]
    for file in try tree.files(below: "Sources") {
      guard file.components.count > 2 else { continue }
      let room = file.components[1]
      for (module, line) in file.imports {
        let place = "\(file.path):\(line)"
        used[room, default: []].insert(module)
        if let objection = House.objection(room: room, using: module) {
          violations.append(Violation(place: place, text: "import \(module) \(objection)"))
        }
        if House.belongsToWire(module), room != "Wire" {
          violations.append(
            Violation(place: place, text: "only the room Wire may import \(module)"))
        }
        violations += foundationViolations(
          module, at: place, portable: House.portableRooms.contains(room))
      }
      for (header, line) in file.includes {
        if let owner = roomOwning(header: header, asSeenBy: room), owner != room,
          let objection = House.objection(room: room, using: owner)
        {
          violations.append(
            Violation(
              place: "\(file.path):\(line)", text: "#include of \(owner)'s header \(objection)"))
        }
      }
    }
    for (room, modules) in used {
      if let objection = House.objection(program: room, using: modules) {
        violations.append(Violation(place: "Sources/\(room)", text: objection))
      }
    }
    for room in try tree.folders(in: "Sources") where House.floors[room] == nil {
      violations.append(
        Violation(
          place: "Sources/\(room)", text: "the room has no floor yet; add it to House.floors"))
    }
    return violations.sorted { $0.place < $1.place }
  }

  /// Everything under `Plugins/`: the kit, the contract and the plugin's own modules, nothing else.
  func checkPlugins() throws -> [Violation] {
    var violations: [Violation] = []
    for plugin in try tree.folders(in: "Plugins") {
      let ownModules = Set(try tree.folders(in: "Plugins/\(plugin)"))
      for file in try tree.files(below: "Plugins/\(plugin)") {
        for (module, line) in file.imports {
          let place = "\(file.path):\(line)"
          violations += foundationViolations(module, at: place, portable: true)
          if module.hasPrefix("Foundation") || ownModules.contains(module) { continue }
          guard House.plugInImports.contains(module) else {
            violations.append(
              Violation(place: place, text: "a plugin may not import \(module)"))
            continue
          }
        }
        for (header, line) in file.includes where header.hasPrefix("CLinux") {
          violations.append(
            Violation(place: "\(file.path):\(line)", text: "a plugin may not include \(header)"))
        }
      }
    }
    return violations
  }

  private func foundationViolations(_ module: String, at place: String, portable: Bool)
    -> [Violation]
  {
    if module == "Foundation" || module == "FoundationInternationalization"
      || module == "FoundationNetworking" || module == "FoundationXML"
    {
      return [
        Violation(
          place: place,
          text: "import \(module) costs every program 40 MB; use FoundationEssentials")
      ]
    }
    if portable, module.hasPrefix("Foundation") {
      return [
        Violation(place: place, text: "import \(module) does not exist in Embedded Swift")
      ]
    }
    return []
  }

  private func roomOwning(header: String, asSeenBy room: String) -> String? {
    if header.hasPrefix("tenon/") { return "PluginABI" }
    if header == "CLinux.h" { return "CLinux" }
    return nil
  }
}
