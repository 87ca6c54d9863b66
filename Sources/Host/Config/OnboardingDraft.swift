import Documents

/// `onboarding` with its own keys read; sections of join methods wait for their manifests.
struct OnboardingDraft: Sendable {
  /// Where the section stands; nil without one.
  var position: Position?
  var token: Placed<String>?
  var joinMethod: Placed<String>?
  /// Keys that were written and could not be read; they have been reported and are not missing.
  private(set) var wrong: Set<String> = []
  var caPath: Placed<String>?
  var caPins: [Placed<String>] = []
  /// What is left: sections of join methods, and misspelt keys.
  var sections: ConfigFields?

  /// No section.
  init() {}

  init(_ node: Node, report: inout ConfigReport) {
    position = node.position
    guard var fields = ConfigFields(node, section: "onboarding", report: &report) else { return }
    token = fields.text("token", report: &report)
    joinMethod = fields.text("join_method", report: &report)
    for (key, value) in [("token", token), ("join_method", joinMethod)] where value == nil {
      if let written = node[key], !written.isNull, written.string == nil { wrong.insert(key) }
    }
    caPath = fields.text("ca_path", report: &report)
    caPins = fields.texts("ca_pins", report: &report)
    sections = fields
  }
}

extension OnboardingDraft {
  /// Whether nothing was said of how to join.
  var isEmpty: Bool { token == nil && joinMethod == nil && wrong.isEmpty }

  /// Where to report a key that is missing.
  func place(_ report: ConfigReport) -> ConfigProblem.Place {
    if let position { return report.place(position) }
    return token?.place ?? joinMethod?.place ?? report.place(.none)
  }
}
