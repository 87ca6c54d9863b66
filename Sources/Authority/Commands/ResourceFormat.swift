import Documents
import YAML

/// How `get` shows resources.
enum ResourceFormat: String {
  case yaml, json, text

  /// - Parameter bytes: a JSON array of documents, from the authority.
  func text(_ bytes: [UInt8]) throws -> String {
    let nodes = try JSON.parse(bytes).list ?? []
    switch self {
    case .yaml: return nodes.map { YAML.serialize($0) }.joined(separator: "---\n")
    case .json:
      return String(decoding: JSON.serialize(.array(nodes), pretty: true), as: UTF8.self) + "\n"
    case .text: return table(nodes)
    }
  }

  private func table(_ nodes: [Node]) -> String {
    var table = TextTable(["Kind", "Name", "Details"])
    for node in nodes {
      table.add([
        node["kind"]?.string ?? "", node["metadata"]?["name"]?.string ?? "", details(node),
      ])
    }
    return table.text
  }

  /// What is worth a glance; never a secret.
  private func details(_ node: Node) -> String {
    let spec = node["spec"]
    func texts(_ node: Node?) -> String {
      (node?.list ?? []).compactMap(\.string).joined(separator: ",")
    }
    return switch node["kind"]?.string {
    case "bot": "roles=\(texts(spec?["roles"]))"
    case "token":
      "method=\(spec?["join_method"]?.string ?? "") bot=\(spec?["bot_name"]?.string ?? "")"
    case "role": "logins=\(texts(spec?["allow"]?["logins"]))"
    case "lock": spec?["message"]?.string ?? ""
    case "bot_instance": "bot=\(spec?["bot_name"]?.string ?? "")"
    default: ""
    }
  }
}
