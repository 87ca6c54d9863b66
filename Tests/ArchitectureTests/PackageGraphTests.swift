import Foundation
import Testing

@Suite("declared dependencies look down")
struct PackageGraphTests {
  @Test("the package graph keeps to the floors", arguments: [false, true])
  func graphHolds(embedded: Bool) throws {
    let graph = try PackageGraph.load(root: SourceTree.own.root, embedded: embedded)
    #expect(graph.targets.count > 5)
    let violations = graph.check()
    #expect(violations.isEmpty, "\(violations.map(\.description).joined(separator: "\n"))")
  }

  @Test("the graph that ships plugins has no package dependency")
  func shippedPluginsStandAlone() throws {
    let graph = try PackageGraph.load(root: SourceTree.own.root, embedded: true)
    let own = Set(graph.targets.map(\.name))
    let foreign = graph.targets.flatMap { $0.dependencies.map(\.name) }.filter { !own.contains($0) }
    #expect(foreign.isEmpty)
  }

  @Test(
    "a planted dependency is found",
    arguments: [
      ("Wire", "", "Host", "runs up"),
      ("Credentials", "", "Wired", nil),
      ("Host", "", "Authority", "runs along"),
      ("Host", "", "NIOCore", "only the room Wire"),
      ("Host", "", "BadgeAgent", "may not depend on plugin"),
      ("BadgeAgent", "Plugins/BadgeJoin/BadgeAgent", "PluginHost", "a plugin may not"),
      ("BadgeAgent", "Plugins/BadgeJoin/BadgeAgent", "PluginKit", nil),
    ] as [(String, String, String, String?)])
  func plantedDependencyIsFound(from: String, path: String, to: String, words: String?) throws {
    let json = """
      {"targets": [
        {"name": "\(from)", "type": "regular", \(path.isEmpty ? "" : "\"path\": \"\(path)\",")
         "dependencies": [{"byName": ["\(to)", null]}]},
        {"name": "BadgeAgent", "type": "regular", "path": "Plugins/BadgeJoin/BadgeAgent",
         "dependencies": []}]}
      """
    let graph = try JSONDecoder().decode(PackageGraph.self, from: Data(json.utf8))
    let violations = graph.check()
    if let words {
      #expect(violations.contains { $0.text.contains(words) }, "\(violations)")
    } else {
      #expect(violations.isEmpty)
    }
  }
}
