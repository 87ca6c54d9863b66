import Documents

/// One item of `services` with the keys that all services share read; the others wait for the manifest.
struct ServiceDraft: Sendable {
  var type: Placed<String>
  /// Where the file names the type.
  var position: Position
  var name: Placed<String>?
  var destination: Placed<DestinationSpec>?
  /// Whether a destination was written at all, right or wrong.
  var hasDestination: Bool
  var ttl: Placed<Int64>?
  var renewalInterval: Placed<Int64>?
  /// The keys of the plugin.
  var rest: ConfigFields

  /// Nil, with a problem reported, when the item is no map or has no type.
  init?(_ node: Node, section: String, report: inout ConfigReport) {
    guard var fields = ConfigFields(node, section: section, report: &report) else { return nil }
    guard let type = fields.text("type", report: &report) else {
      report.refuse(
        fields.position, "`\(section)` has no `type`",
        hint: "add the type of an installed output; `tenon plugin list` shows them")
      return nil
    }
    self.type = type
    position = node["type"]?.position ?? node.position
    name = fields.text("name", report: &report)
    let destination = fields.take("destination")
    hasDestination = destination != nil
    self.destination = destination.flatMap {
      DestinationSpec.read($0.value, section: "\(section).destination", report: &report)
    }
    ttl = fields.text("credential_ttl", report: &report)
      .flatMap { DurationText.seconds($0, report: &report) }
    renewalInterval = fields.text("renewal_interval", report: &report)
      .flatMap { DurationText.seconds($0, report: &report) }
    if let roles = fields.list("roles", report: &report), !roles.value.isEmpty {
      report.refuse(
        roles.place, "`\(section).roles` is not supported: a service has all roles of the bot",
        hint: "remove it, and use a bot per set of roles")
    }
    rest = fields
  }
}
