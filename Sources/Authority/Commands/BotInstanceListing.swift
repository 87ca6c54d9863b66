import Documents
import PluginHost

/// Installations of bots for people. Version and host name are what the agents say of themselves.
enum BotInstanceListing {
  /// - Parameter nodes: documents of bot instances.
  static func table(_ nodes: [Node]) -> String {
    if nodes.isEmpty {
      return "No bot instances found; one appears when a machine joins.\n"
    }
    var table = TextTable([
      "ID", "Join Method", "Version", "Hostname", "Joined", "Last Seen", "Generation",
    ])
    for node in nodes {
      let first = node["status"]?["initial_authentication"]
      let latest = last(node, "latest_authentications")
      let heartbeat = last(node, "latest_heartbeats")
      table.add([
        id(node), text(latest, "join_method"), text(heartbeat, "version"),
        text(heartbeat, "hostname"), text(first, "authenticated_at"), lastSeen(node),
        text(latest, "generation"),
      ])
    }
    return table.text + "\nTo see one of them: tctl bots instances show <ID>\n"
  }

  /// - Parameter locks: every lock of the cluster; those that hold this installation are shown.
  static func details(_ node: Node, locks: [LockResource]) -> String {
    let latest = last(node, "latest_authentications")
    let token = latest?["join_token"]?.string
    var rows: [(String, String)] = [
      ("Bot", node["spec"]?["bot_name"]?.string ?? "-"),
      ("ID", node["spec"]?["instance_id"]?.string ?? "-"),
      ("Previous ID", node["spec"]?["previous_instance_id"]?.string ?? "-"),
      ("Last Seen", lastSeen(node)),
    ]
    let targets =
      [LockResource.Target.botInstance(node["spec"]?["instance_id"]?.string ?? "")]
      + (token.map { [.joinToken($0)] } ?? [])
    for lock in locks where lock.target.map(targets.contains) == true {
      rows.append(("Locked", "\(lock.text) (tctl lock rm \(lock.name))"))
    }
    var text = block(rows)
    for (title, record) in [
      ("Initial Authentication", node["status"]?["initial_authentication"]),
      ("Latest Authentication", latest), ("Latest Heartbeat", last(node, "latest_heartbeats")),
    ] {
      guard let members = record?.members else { continue }
      text += "\n\(title)\n"
      text += block(
        members.compactMap { member in
          // A public key is several lines of PEM; `get bot_instance/…` shows it.
          member.key == "public_key" ? nil : (member.key.label, member.value.shown)
        })
    }
    return text
  }

  private static func block(_ rows: [(String, String)]) -> String {
    let width = rows.map { $0.0.count }.max() ?? 0
    return rows.map { "  \($0.0.padded(to: width))  \($0.1.printable)\n" }.joined()
  }

  private static func id(_ node: Node) -> String {
    "\(node["spec"]?["bot_name"]?.string ?? "-")/\(node["spec"]?["instance_id"]?.string ?? "-")"
  }

  private static func last(_ node: Node, _ list: String) -> Node? {
    node["status"]?[list]?.list?.last
  }

  /// The later of the last join and the last heartbeat.
  private static func lastSeen(_ node: Node) -> String {
    let times = [
      last(node, "latest_authentications")?["authenticated_at"]?.string,
      last(node, "latest_heartbeats")?["recorded_at"]?.string,
    ].compactMap { $0.flatMap(TimeText.seconds) }
    return times.max().map(TimeText.text) ?? "-"
  }

  private static func text(_ node: Node?, _ key: String) -> String {
    guard let value = node?[key] else { return "-" }
    return value.shown
  }
}

extension Node {
  /// A scalar as a listing shows it.
  var shown: String {
    if let bool { return bool ? "yes" : "no" }
    guard let text = textOrNumber, !text.isEmpty else { return "-" }
    return text
  }
}

extension String {
  /// `join_method` as `Join Method`.
  fileprivate var label: String {
    split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: " ")
  }
}
