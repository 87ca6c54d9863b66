import Documents
import PluginHost

/// Locks for people: reasons are sentences, so each lock is a block and not a row.
enum LockListing {
  /// - Parameter nodes: documents of locks.
  static func text(_ nodes: [Node]) -> String {
    if nodes.isEmpty { return "No locks found.\n" }
    return nodes.map(block).joined(separator: "\n")
  }

  private static func block(_ node: Node) -> String {
    let lock = LockResource(node)
    let target =
      switch lock.target {
      case .joinToken(let token): "join token \(token)"
      case .botInstance(let instance): "bot instance \(instance)"
      case nil: "nothing"
      }
    let rows = [
      ("Lock", lock.name), ("Target", target),
      ("Since", node["spec"]?["created_at"]?.string ?? "unknown"),
      ("Until", lock.expires.map(TimeText.text) ?? "it is removed"),
      ("Reason", lock.message.isEmpty ? "none given" : lock.message),
      ("Remove", "tctl lock rm \(lock.name)"),
    ]
    return rows.map { row in
      row.0.padded(to: 8) + row.1.printable + "\n"
    }.joined()
  }
}
