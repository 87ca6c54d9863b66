import Documents

/// `kind: lock`: refuses everything its target does.
struct LockResource: Sendable {
  static let prefix = "/locks/"

  enum Target: Sendable, Equatable {
    case joinToken(String)
    case botInstance(String)
  }

  var name: String
  var expires: Int64?
  var target: Target?
  var message: String

  init(_ node: Node) {
    var reader = FieldReader()
    self.init(node, &reader)
  }

  init(_ node: Node, _ reader: inout FieldReader) {
    let metadata = Metadata(node, &reader)
    (name, expires) = (metadata.name, metadata.expires)
    let spec = node.section("spec")
    reader.check(spec, "spec", known: ["target", "message", "created_at", "created_by"])
    message = reader.text(spec, "message", "spec.")
    let target = spec.section("target")
    reader.check(target, "spec.target", known: ["join_token", "bot_instance_id"])
    let token = reader.text(target, "join_token", "spec.target.")
    let instance = reader.text(target, "bot_instance_id", "spec.target.")
    switch (token.isEmpty, instance.isEmpty) {
    case (false, true): self.target = .joinToken(token)
    case (true, false): self.target = .botInstance(instance)
    default:
      reader.note(
        target.position,
        "spec.target needs either join_token or bot_instance_id")
    }
  }

  /// Why the target is locked.
  var text: String {
    message.isEmpty ? "locked by \(name); remove it with `tctl lock rm \(name)`" : message
  }

  /// What the one who is refused hears. It says that it is a lock, by which agents count it.
  var refusal: String { text.contains("locked") ? text : "locked: \(text)" }

  /// The document with the time since when it holds.
  static func dated(_ node: Node, now: Int64) -> Node {
    guard let spec = node["spec"], spec["created_at"]?.string == nil else { return node }
    return node.setting("spec", spec.setting("created_at", .text(TimeText.text(now))))
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
