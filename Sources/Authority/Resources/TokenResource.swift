import Documents
import PluginHost

/// `kind: token`: a join token. What its method says is the verifier plugin's business.
struct TokenResource: Sendable {
  static let prefix = "/tokens/"
  /// System roles a token may allow; this authority joins bots.
  static let knownRoles = [
    "App", "Auth", "Bot", "Db", "Discovery", "Instance", "Kube", "MDM", "Node", "Okta", "Proxy",
    "WindowsDesktop",
  ]

  var name: String
  var expires: Int64?
  var roles: [String]
  var botName: String
  var joinMethod: String
  /// `spec.<method>` and `status.<method>`; null when absent.
  var methodSpec: Node
  var methodStatus: Node

  init(_ node: Node) {
    var reader = FieldReader()
    self.init(node, &reader)
  }

  init(_ node: Node, _ reader: inout FieldReader) {
    let metadata = Metadata(node, &reader)
    name = metadata.name
    expires = metadata.expires
    let spec = node.section("spec")
    joinMethod = reader.text(spec, "join_method", "spec.", required: true)
    let keys = ["roles", "bot_name", "join_method", "suggested_labels"]
    // Without a method nobody knows which section is right, but a section is a map.
    let sections =
      joinMethod.isEmpty
      ? (spec.members ?? []).filter { $0.value.members != nil }.map(\.key) : [joinMethod]
    reader.check(spec, "spec", known: keys + sections)
    roles = reader.texts(spec, "roles", "spec.")
    for role in roles where !Self.knownRoles.contains(role) {
      let near = KeySuggestion.nearest(to: role, among: Self.knownRoles)
      reader.note(
        spec["roles"]?.position ?? spec.position,
        "spec.roles has the unknown role \(role.excerpt); "
          + (near.map { "did you mean \($0)?" } ?? "for bots use [Bot]"))
    }
    if roles.isEmpty {
      reader.noteAbsence(spec.position, "spec.roles is empty; for bots use [Bot]")
    }
    botName = reader.text(spec, "bot_name", "spec.")
    if roles.contains("Bot"), botName.isEmpty {
      reader.noteAbsence(
        spec.position, "spec.bot_name is missing although roles has Bot; name the bot")
    } else if !roles.contains("Bot"), !botName.isEmpty, !roles.isEmpty {
      reader.note(
        spec["bot_name"]?.position ?? spec.position,
        "spec.bot_name is set although roles does not have Bot; add Bot or remove bot_name")
    }
    methodSpec = spec[joinMethod] ?? .null
    let status = node.section("status")
    if !joinMethod.isEmpty { reader.check(status, "status", known: [joinMethod]) }
    methodStatus = status[joinMethod] ?? .object([])
  }

  /// The document with another method status.
  static func completed(_ node: Node, method: String, status: Node) -> Node {
    node.setting("status", .object([(method, status)]))
  }
}
