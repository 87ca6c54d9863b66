import Documents

/// A configuration whose keys have been read and whose kinds are right, before its parts are checked
/// against each other and against the installed plugins.
struct ConfigDraft: Sendable {
  var authServer: Placed<String>?
  var proxyServer: Placed<String>?
  /// Holds secrets: never shown.
  var joinURI: Placed<String>?
  var insecure: Placed<Bool>?
  var debug: Placed<Bool>?
  var oneshot: Placed<Bool>?
  var fips: Placed<Bool>?
  var diagnostics: Placed<String>?
  var ttl: Placed<Int64>?
  var renewalInterval: Placed<Int64>?
  var onboarding = OnboardingDraft()
  var storage: Placed<DestinationSpec>?
  var services: [ServiceDraft] = []
  /// Nil when the section is wrong, so that no directory is searched that was not meant.
  var plugins: PluginPolicy?

  /// Keys that people write and that have another name here.
  private static let hints = [
    "data_dir": "the folder of the agent is `storage.path`",
    "log": "use `debug: true` for more",
    "log_level": "use `debug: true` for more",
    "roles": "roles are given to the bot, in the authority",
    "destinations": "write each as an item of `services`, with a `type` and a `destination`",
  ]

  /// Reads the whole document.
  init(_ root: ConfigFields, report: inout ConfigReport) {
    var fields = root
    _ = fields.take("version")
    authServer = fields.text("auth_server", report: &report)
    proxyServer = fields.text("proxy_server", report: &report)
    joinURI = fields.text("join_uri", report: &report)
    insecure = fields.flag("insecure", report: &report)
    debug = fields.flag("debug", report: &report)
    oneshot = fields.flag("oneshot", report: &report)
    fips = fields.flag("fips", report: &report)
    diagnostics = fields.text("diag_addr", report: &report)
    ttl = Self.lifetime(&fields, report: &report)
    renewalInterval = fields.text("renewal_interval", report: &report)
      .flatMap { DurationText.seconds($0, report: &report) }
    if let member = fields.take("onboarding") {
      onboarding = OnboardingDraft(member.value, report: &report)
    }
    if let member = fields.take("storage") {
      storage = DestinationSpec.read(member.value, section: "storage", report: &report)
    }
    for key in ["services", "outputs"] {
      guard let list = fields.list(key, report: &report) else { continue }
      for (index, node) in list.value.enumerated() {
        let draft = ServiceDraft(node, section: "\(key)[\(index)]", report: &report)
        if let draft { services.append(draft) }
      }
    }
    if let member = fields.take("plugins") {
      plugins = PluginPolicy(member.value, report: &report)
    } else {
      plugins = PluginPolicy()
    }
    fields.refuseRest(&report, hints: Self.hints)
  }

  private static func lifetime(
    _ fields: inout ConfigFields, report: inout ConfigReport
  ) -> Placed<Int64>? {
    let ttl = fields.text("credential_ttl", report: &report)
    let old = fields.text("certificate_ttl", replacement: "credential_ttl", report: &report)
    if let old {
      report.warn(
        old.place, "`certificate_ttl` is the old name of `credential_ttl`",
        hint: ttl == nil ? "rename it" : "remove it, `credential_ttl` counts")
    }
    return (ttl ?? old).flatMap { DurationText.seconds($0, report: &report) }
  }
}
