import Documents

/// `kind: role`: what a certificate that carries the role allows.
struct RoleResource: Sendable {
  static let prefix = "/roles/"

  var name: String
  var logins: [String]
  var maxSessionSeconds: Int64?
  var portForwarding: Bool
  var forwardAgent: Bool

  init(_ node: Node) {
    var reader = FieldReader()
    self.init(node, &reader)
  }

  init(_ node: Node, _ reader: inout FieldReader) {
    name = Metadata(node, &reader).name
    if name.hasPrefix("bot-") {
      reader.note(node.position, "role names that begin with bot- belong to bots; choose another")
    }
    let spec = node["spec"] ?? .object([])
    reader.check(spec, "spec", known: ["options", "allow", "deny"])
    let options = spec["options"] ?? .object([])
    reader.check(
      options, "spec.options", known: ["max_session_ttl", "port_forwarding", "forward_agent"])
    maxSessionSeconds = reader.seconds(options, "max_session_ttl", "spec.options.")
    portForwarding = reader.flag(options, "port_forwarding", "spec.options.")
    forwardAgent = reader.flag(options, "forward_agent", "spec.options.")
    let allow = spec["allow"] ?? .object([])
    reader.check(allow, "spec.allow", known: ["logins"])
    let deny = spec["deny"] ?? .object([])
    reader.check(deny, "spec.deny", known: ["logins"])
    let denied = Set(reader.texts(deny, "logins", "spec.deny."))
    logins = reader.texts(allow, "logins", "spec.allow.").filter { !denied.contains($0) }
  }
}
