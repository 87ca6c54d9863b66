import Testing

@Suite("imports look down")
struct ImportRulesTests {
  @Test("no room of this checkout imports against the rules")
  func roomsHold() throws {
    let violations = try ImportRules(tree: .own).checkRooms()
    #expect(violations.isEmpty, "\(violations.map(\.description).joined(separator: "\n"))")
  }

  @Test("no plugin of this checkout imports anything of the host")
  func pluginsHold() throws {
    let violations = try ImportRules(tree: .own).checkPlugins()
    #expect(violations.isEmpty, "\(violations.map(\.description).joined(separator: "\n"))")
  }

  @Test(
    "a planted import is found",
    arguments: [
      ("Sources/Wire/A.swift", "import Host", "runs up"),
      ("Sources/PluginHost/A.swift", "internal import Authority", "runs up"),
      ("Sources/Documents/A.swift", "@testable import Credentials", "runs up"),
      ("Sources/Host/A.swift", "import Authority", "runs along"),
      ("Sources/Documents/A.swift", "import Wire", "runs along"),
      ("Sources/Credentials/A.swift", "import struct PluginHost.CatalogEntry", "runs along"),
      ("Sources/tenon/main.swift", "import Authority\nimport Host", "stands on one room"),
      ("Sources/Host/A.swift", "import GRPCCore", "only the room Wire"),
      ("Sources/Authority/A.swift", "import NIOCore", "only the room Wire"),
      ("Sources/Credentials/A.swift", "private import SwiftProtobuf", "only the room Wire"),
      ("Sources/Host/A.swift", "import Foundation", "costs every program"),
      ("Sources/Host/A.swift", "import FoundationNetworking", "costs every program"),
      ("Sources/PluginKit/A.swift", "import FoundationEssentials", "Embedded Swift"),
      ("Sources/Cellar/A.swift", "import Swift", "no floor"),
      ("Sources/CLinux/a.c", "#include <CLinux.h>\n#include <tenon/base.h>", "runs along"),
    ])
  func plantedRoomImportIsFound(path: String, text: String, words: String) throws {
    let planted = try PlantedTree([path: text + "\n"])
    let violations = try ImportRules(tree: planted.tree).checkRooms()
    #expect(violations.contains { $0.description.contains(words) }, "\(violations)")
  }

  @Test(
    "a planted import in a plugin is found",
    arguments: ["PluginHost", "Host", "Wire", "Credentials", "NIOCore", "Foundation", "Neighbour"])
  func plantedPluginImportIsFound(module: String) throws {
    let planted = try PlantedTree([
      "Plugins/BadgeJoin/BadgeAgent/A.swift": "import PluginKit\nimport \(module)\n",
      "Plugins/OtherJoin/Neighbour/A.swift": "import PluginKit\n",
    ])
    let violations = try ImportRules(tree: planted.tree).checkPlugins()
    #expect(violations.map(\.place) == ["Plugins/BadgeJoin/BadgeAgent/A.swift:2"])
  }

  @Test("imports that look down, and a plugin's own modules, are let through")
  func allowedImportsPass() throws {
    let planted = try PlantedTree([
      "Sources/Host/A.swift": "import Credentials\nimport FoundationEssentials\nimport Wire\n",
      "Sources/PluginHost/A.swift": "import CFFI\nimport Credentials\n",
      "Sources/Wire/A.swift": "// import Host\nimport GRPCCore\nimport NIOSSL\n",
      "Plugins/BadgeJoin/BadgeAgent/A.swift": "import BadgeMessages\nimport PluginKit\n",
      "Plugins/BadgeJoin/BadgeMessages/A.swift": "import Documents\n",
    ])
    let rules = ImportRules(tree: planted.tree)
    #expect(try rules.checkRooms().isEmpty)
    #expect(try rules.checkPlugins().isEmpty)
  }
}
