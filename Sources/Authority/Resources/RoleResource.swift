import Documents

/// `kind: role`: what a certificate that carries the role allows.
struct RoleResource: Sendable {
  static let prefix = "/roles/"

  var name: String
  var expires: Int64?
  var logins: [String]
  var maxSessionSeconds: Int64?
  var portForwarding: Bool
  var forwardAgent: Bool

  init(_ node: Node) {
    var reader = FieldReader()
    self.init(node, &reader)
  }

  init(_ node: Node, _ reader: inout FieldReader) {
    let metadata = Metadata(node, &reader)
    (name, expires) = (metadata.name, metadata.expires)
    if name.hasPrefix("bot-") {
      reader.note(
        node.section("metadata").section("name").position,
        "role names that begin with bot- belong to bots; choose another")
    }
    let spec = node.section("spec")
    reader.check(spec, "spec", known: ["options", "allow", "deny"])
    let options = spec.section("options")
    reader.check(
      options, "spec.options", known: ["max_session_ttl", "port_forwarding", "forward_agent"])
    maxSessionSeconds = reader.seconds(options, "max_session_ttl", "spec.options.")
    portForwarding = reader.flag(options, "port_forwarding", "spec.options.")
    forwardAgent = reader.flag(options, "forward_agent", "spec.options.")
    let allow = spec.section("allow")
    reader.check(allow, "spec.allow", known: ["logins"])
    let deny = spec.section("deny")
    reader.check(deny, "spec.deny", known: ["logins"])
    let denied = Set(reader.texts(deny, "logins", "spec.deny."))
    logins = reader.texts(allow, "logins", "spec.allow.").filter { !denied.contains($0) }
  }
}
