import Documents
import PluginHost

/// Tokens for people. Which fields of a method are worth a look, and whether its token names are secrets,
/// is in the manifest of the plugin that verifies it.
struct TokenListing {
  private struct Row {
    var name: String
    var token: TokenResource
    var locked: Bool
    var details: [(key: String, value: String)]
  }

  private let rows: [Row]

  /// - Parameters:
  ///   - tokens: documents of tokens.
  ///   - locks: every lock of the cluster.
  ///   - methods: what the installed verifiers declare.
  ///   - showsSecrets: whether names that are secrets, or may be, are shown.
  init(
    tokens: [Node], locks: [LockResource], methods: [JoinVerifierDeclaration], showsSecrets: Bool
  ) {
    rows = tokens.map { node in
      let token = TokenResource(node)
      let method = methods.first { $0.name == token.joinMethod }
      // A method that nobody here knows may be one whose token names are secrets.
      let isSecret = method?.hasSecretTokenNames ?? true
      return Row(
        name: isSecret && !showsSecrets ? Masking.token(token.name) : token.name, token: token,
        locked: locks.contains { $0.target == .joinToken(token.name) },
        details: (method?.listed ?? []).map { ($0, token.field($0)) })
    }
  }

  var table: String {
    var table = TextTable(["Token", "Type", "Method", "Bot", "Expiry Time (UTC)", "State"])
    for row in rows {
      let state =
        (row.locked ? ["LOCKED, see `tctl lock ls`"] : [])
        + row.details.map { "\($0.key.split(separator: ".").last ?? "")=\($0.value)" }
      table.add([
        row.name, row.token.roles.joined(separator: ","), row.token.joinMethod,
        row.token.botName.isEmpty ? "-" : row.token.botName,
        row.token.expires.map(TimeText.text) ?? "never", state.joined(separator: " "),
      ])
    }
    return table.text
  }

  /// One name per line.
  var names: String {
    rows.isEmpty
      ? "No active tokens found.\n" : rows.map { $0.name.printable + "\n" }.joined()
  }

  var node: Node {
    .array(
      rows.map { row in
        var members: [(String, Node)] = [
          ("token", .text(row.name)), ("roles", .array(row.token.roles.map { .text($0) })),
          ("join_method", .text(row.token.joinMethod)), ("bot_name", .text(row.token.botName)),
          ("locked", .flag(row.locked)),
        ]
        if let expires = row.token.expires {
          members.append(("expires", .text(TimeText.text(expires))))
        }
        members.append(("state", .object(row.details.map { ($0.key, .text($0.value)) })))
        return .object(members)
      })
  }
}

extension TokenResource {
  /// A field by its path: `spec.…` and `status.…` lead into the sections of the method.
  fileprivate func field(_ path: String) -> String {
    var parts = path.split(separator: ".").map(String.init)[...]
    var node: Node? = parts.popFirst() == "status" ? methodStatus : methodSpec
    for part in parts { node = node?[part] }
    return node?.shown ?? "-"
  }
}
