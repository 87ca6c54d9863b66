import Documents

/// `kind: bot`: a machine identity and the roles it may ask for.
struct BotResource: Sendable {
  static let prefix = "/bots/"
  static let defaultSessionSeconds: Int64 = 12 * 3600
  static let maxSessionSeconds: Int64 = 168 * 3600

  var name: String
  var expires: Int64?
  var roles: [String]
  var traits: [String: [String]]
  var maxSessionSeconds: Int64

  /// The user of a bot, and the name of its own role.
  static func userName(of bot: String) -> String {
    "bot-" + bot.split(separator: " ", omittingEmptySubsequences: false).joined(separator: "-")
  }

  var userName: String { Self.userName(of: name) }

  init(_ node: Node) {
    var reader = FieldReader()
    self.init(node, &reader)
  }

  init(_ node: Node, _ reader: inout FieldReader) {
    let metadata = Metadata(node, &reader)
    (name, expires) = (metadata.name, metadata.expires)
    let spec = node.section("spec")
    reader.check(spec, "spec", known: ["roles", "traits", "max_session_ttl"])
    roles = reader.texts(spec, "roles", "spec.")
    traits = [:]
    for trait in reader.nodes(spec, "traits", "spec.") {
      reader.check(trait, "spec.traits", known: ["name", "values"])
      let key = reader.text(trait, "name", "spec.traits.", required: true)
      traits[key] = reader.texts(trait, "values", "spec.traits.")
    }
    maxSessionSeconds =
      reader.seconds(spec, "max_session_ttl", "spec.") ?? Self.defaultSessionSeconds
    if maxSessionSeconds > Self.maxSessionSeconds {
      reader.note(
        spec.section("max_session_ttl").position,
        "spec.max_session_ttl is over 168h, the longest a bot may have")
    }
  }

  /// The document with its server-owned status.
  static func completed(_ node: Node, name: String) -> Node {
    let user = userName(of: name)
    return node.setting(
      "status", .object([("user_name", .text(user)), ("role_name", .text(user))]))
  }
}
