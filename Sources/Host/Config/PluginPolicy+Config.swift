import Documents

extension PluginPolicy {
  /// Reads `plugins`. Nil, with problems reported, when anything in it is wrong: no plugin is looked at
  /// under a policy that was misunderstood.
  init?(_ node: Node, report: inout ConfigReport) {
    let before = report.problems.count
    guard var fields = ConfigFields(node, section: "plugins", report: &report) else { return nil }
    let directory = fields.text("directory", report: &report)
    if let directory, !Self.isAbsolute(directory, report: &report) { return nil }
    let required = fields.flag("require_pins", report: &report)
    let timeout = fields.text("call_timeout", report: &report)
      .flatMap { DurationText.seconds($0, report: &report) }
    if let member = fields.take("pins") { pins = Self.pins(member.value, report: &report) }
    fields.refuseRest(&report)
    self.directory = directory?.value
    requiresPins = required?.value ?? false
    if let timeout {
      callTimeoutSeconds = timeout.value
      if timeout.value > Self.longestCallSeconds {
        report.refuse(
          timeout.place,
          "\(timeout.label) is \(DurationText.text(timeout.value)), at most "
            + "\(DurationText.text(Self.longestCallSeconds)) are allowed",
          hint: "write a shorter one: what takes longer is as good as stuck")
      }
    }
    if let required, required.value, pins.isEmpty, report.problems.count == before {
      report.refuse(
        required.place,
        "\(required.label) is true, but `plugins.pins` is empty: no plugin would load",
        hint: "add a line `file.so: sha256:...` for each plugin; `sha256sum` prints the digits")
    }
    if report.problems.count > before { return nil }
  }

  private static let longestCallSeconds: Int64 = 600

  /// Whether a directory may be searched for plugins; a problem is reported when not.
  static func isAbsolute(_ directory: Placed<String>, report: inout ConfigReport) -> Bool {
    if directory.value.hasPrefix("/") { return true }
    report.refuse(
      directory.place, "\(directory.label) is not absolute: \(directory.value.excerpt)",
      hint: "write the path from / on")
    return false
  }

  private static func pins(_ node: Node, report: inout ConfigReport) -> [String: String] {
    guard let members = node.members else {
      report.refuse(
        node.position,
        "`plugins.pins` must be a map from file names to digests, not "
          + node.value.kind)
      return [:]
    }
    var pins: [String: String] = [:]
    for member in members {
      guard member.key.hasSuffix(".so"), !member.key.contains("/") else {
        report.refuse(
          member.keyPosition, "`plugins.pins` names \(member.key.excerpt), which is no plugin file",
          hint: "write the file name without its folder, such as name.so")
        continue
      }
      guard let digest = member.value.textOrNumber.flatMap({ SHA256Text.digits($0) }) else {
        report.refuse(
          member.value.position, "the pin of \(member.key.excerpt) is no SHA-256 digest",
          hint: "write the 64 hex digits that `sha256sum` prints")
        continue
      }
      pins[member.key] = digest
    }
    return pins
  }
}
