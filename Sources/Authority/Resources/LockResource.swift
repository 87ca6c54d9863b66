import Documents

/// `kind: lock`: refuses everything its target does.
struct LockResource: Sendable {
  static let prefix = "/locks/"

  enum Target: Sendable, Equatable {
    case joinToken(String)
    case botInstance(String)
  }

  var name: String
  var target: Target?
  var message: String

  init(_ node: Node) {
    name = node["metadata"]?["name"]?.string ?? ""
    message = node["spec"]?["message"]?.string ?? ""
    let target = node["spec"]?["target"]
    if let token = target?["join_token"]?.string {
      self.target = .joinToken(token)
    } else if let instance = target?["bot_instance_id"]?.string {
      self.target = .botInstance(instance)
    }
  }

  /// The document of a new lock.
  static func node(name: String, target: Target, message: String, now: Int64) -> Node {
    let (key, value) =
      switch target {
      case .joinToken(let token): ("join_token", token)
      case .botInstance(let instance): ("bot_instance_id", instance)
      }
    return .object([
      ("kind", .text("lock")), ("version", .text("v2")),
      ("metadata", .object([("name", .text(name))])),
      (
        "spec",
        .object([
          ("target", .object([(key, .text(value))])), ("message", .text(message)),
          ("created_at", .text(TimeText.text(now))),
        ])
      ),
    ])
  }
}
