import Documents
import PluginHost

extension ConfigDraft {
  /// Puts the parts of the join URI where the file and the flags left room for them; a part that is
  /// configured already is a conflict, an equal join method is none.
  ///
  /// - Returns: the URI's parameter, for the key of the join method that takes it.
  mutating func applyJoinURI(
    _ declarations: any PluginDeclarations, report: inout ConfigReport
  ) -> Placed<String>? {
    guard let given = joinURI else { return nil }
    let uri: JoinURI
    do {
      uri = try JoinURI(given.value)
    } catch {
      refuse(given, error.message, hint: error.hint, &report)
      return nil
    }
    func placed(_ value: String) -> Placed<String> {
      Placed(value: value, place: given.place, label: given.label)
    }
    let server = [("auth_server", authServer), ("proxy_server", proxyServer)]
    if let (field, configured) = server.first(where: { $0.1 != nil }), let configured {
      conflict(field, configured.place, &report)
    } else {
      switch uri.kind {
      case .auth: authServer = placed(uri.address)
      case .proxy: proxyServer = placed(uri.address)
      }
    }
    if let token = onboarding.token {
      conflict("onboarding.token", token.place, &report)
    } else if !onboarding.wrong.contains("token") {
      onboarding.token = placed(uri.token)
    }
    guard let method = method(uri, declarations.joinMethodNames, report: &report) else {
      return nil
    }
    if let configured = onboarding.joinMethod, configured.value != method {
      conflict("onboarding.join_method", configured.place, &report)
      return nil
    }
    onboarding.joinMethod = onboarding.joinMethod ?? placed(method)
    return uri.parameter.map(placed)
  }

  /// Refuses the join URI because of a field that is configured besides.
  ///
  /// - Parameter field: its path in the file, without quotes.
  func conflict(
    _ field: String, _ place: ConfigProblem.Place, _ report: inout ConfigReport
  ) {
    guard let joinURI else { return }
    report.refuse(
      joinURI.place, "URI conflicts with configured field: \(field) (\(place.short))",
      hint: "remove one of the two")
  }

  /// The installed join method that the URI spells.
  private func method(
    _ uri: JoinURI, _ names: [String], report: inout ConfigReport
  ) -> String? {
    let matching = names.filter { Self.spellings($0).contains(uri.method) }
    if matching.count == 1 { return matching[0] }
    // Two methods of nearly one name: only the spelling that is the name itself says which.
    if let exact = matching.first(where: { $0 == uri.method }) { return exact }
    guard let given = joinURI else { return nil }
    let known = names.sorted().map { $0.replacing("_", with: "-") }
    refuse(
      given, "unsupported join method \"\(uri.method)\"",
      hint: known.isEmpty
        ? "install the plugin that offers it" : "installed: \(known.joined(separator: ", "))",
      &report)
    return nil
  }

  /// A scheme has no `_`: it is written as `-` or dropped.
  private static func spellings(_ name: String) -> [String] {
    [name, name.replacing("_", with: "-"), name.replacing("_", with: "")]
  }

  private func refuse(
    _ given: Placed<String>, _ message: String, hint: String, _ report: inout ConfigReport
  ) {
    var message = message
    if case .file = given.place { message = "\(given.label): \(message)" }
    report.refuse(given.place, message, hint: hint)
  }
}
