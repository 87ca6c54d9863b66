import Foundation

/// A tiny checkout in a temporary folder, to plant violations in.
final class PlantedTree {
  let tree: SourceTree

  init(_ files: [String: String]) throws {
    let root = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appendingPathComponent("tenon-architecture-\(UUID().uuidString)")
    for folder in ["Sources", "Plugins"] {
      try FileManager.default.createDirectory(
        at: root.appendingPathComponent(folder), withIntermediateDirectories: true)
    }
    for (path, text) in files {
      let url = root.appendingPathComponent(path)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url)
    }
    tree = SourceTree(root: root)
  }

  deinit { try? FileManager.default.removeItem(at: tree.root) }
}
