import Documents
import Foundation
import IdentityOutput

/// The credentials document of the tests: a bot with a P-256 key in a cluster `example.com` whose host
/// authority is being rotated, and one leaf. Made once with ssh-keygen and openssl; the keys open
/// nothing.
enum Samples {
  static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

  static func credentials() throws -> Node {
    let file = directory.appending(path: "Fixtures/credentials.json")
    return try JSON.parse([UInt8](try Data(contentsOf: file)))
  }

  static func config(
    cluster: String? = nil, sshConfig: String? = nil, allowReissue: String? = nil
  ) throws -> IdentityConfig {
    try IdentityConfig(cluster: cluster, sshConfig: sshConfig, allowReissue: allowReissue)
  }

  static func render(_ node: Node, _ config: IdentityConfig? = nil) throws -> [Artifact] {
    try IdentityRenderer.render(JSON.serialize(node), config: try config ?? self.config())
  }

  /// The failure of rendering `node`, nil when there is none.
  static func failure(_ node: Node, _ config: IdentityConfig? = nil) throws -> OutputFailure? {
    do {
      _ = try render(node, config)
      return nil
    } catch let failure as OutputFailure {
      return failure
    }
  }
}

extension Node {
  /// This document with the value at `path` replaced, or removed when `value` is nil. Numbers in the
  /// path are positions in lists.
  func replacing(_ path: String, with value: Node?) -> Node {
    replacing(path.split(separator: ".").map(String.init)[...], with: value)
  }

  private func replacing(_ path: ArraySlice<String>, with value: Node?) -> Node {
    guard let key = path.first else { return value ?? .null }
    let rest = path.dropFirst()
    if var nodes = list, let index = Int(key) {
      if rest.isEmpty, value == nil {
        nodes.remove(at: index)
      } else {
        nodes[index] = nodes[index].replacing(rest, with: value)
      }
      return .array(nodes)
    }
    if rest.isEmpty, value == nil { return removing(key) }
    return setting(key, (self[key] ?? .object([])).replacing(rest, with: value))
  }
}

extension [Artifact] {
  func text(_ name: String) -> String? {
    first { $0.name == name }.map { String(decoding: $0.content, as: UTF8.self) }
  }
}
