import Documents
import Wire

/// Finds the one address to dial, and checks how its certificate is trusted.
struct ServerChoice {
  private let draft: ConfigDraft

  init(_ draft: ConfigDraft) { self.draft = draft }

  /// Nil, with problems reported, when there is not exactly one good address.
  func resolve(report: inout ConfigReport) -> AgentConfiguration.Server? {
    checkTrust(report: &report)
    switch (draft.authServer, draft.proxyServer) {
    case (let auth?, let proxy?):
      report.refuse(
        max(auth.place, proxy.place),
        "\(auth.located) and \(proxy.located) are both set",
        hint: "keep the proxy unless the agent reaches the authority directly")
      return nil
    case (nil, nil):
      // A join URI that gave no address has been refused.
      guard draft.joinURI == nil else { return nil }
      report.refuse(
        .none, "there is no address to join",
        hint: report.file == ConfigReader.noFile
          ? "name the configuration with -c, or add --proxy-server host:port"
          : "add `proxy_server: host:port`, or `auth_server: host:port` to go without a proxy")
      return nil
    case (let auth?, nil):
      guard let address = address(auth, report: &report) else { return nil }
      if [443, 3080].contains(address.port) {
        report.warn(
          auth.place, "\(auth.label) has the port \(address.port), which proxies use",
          hint: "if it is a proxy, name the key `proxy_server`")
      }
      return .auth(address)
    case (nil, let proxy?):
      return address(proxy, report: &report).map(AgentConfiguration.Server.proxy)
    }
  }

  private func address(
    _ text: Placed<String>, report: inout ConfigReport
  ) -> ServerAddress? {
    do {
      return try ServerAddress(parsing: text.value)
    } catch {
      report.refuse(text.place, "\(text.label): \(error.message)")
      return nil
    }
  }

  private func checkTrust(report: inout ConfigReport) {
    let onboarding = draft.onboarding
    for pin in onboarding.caPins where SHA256Text.digits(pin.value, needsPrefix: true) == nil {
      report.refuse(
        pin.place, "\(pin.label) is no pin: \(pin.value.excerpt)",
        hint: "write sha256: and the 64 hex digits that `tctl status` shows")
    }
    if let path = onboarding.caPath, let pin = onboarding.caPins.first {
      report.refuse(
        max(path.place, pin.place), "\(path.located) and \(pin.located) are both set",
        hint: "keep one of the two")
    }
    if let insecure = draft.insecure, insecure.value,
      let other = onboarding.caPath ?? onboarding.caPins.first
    {
      report.refuse(
        insecure.place, "\(insecure.label) is true, so \(other.label) would not be looked at",
        hint: "remove \(insecure.label)")
    }
    if draft.authServer == nil, draft.proxyServer != nil,
      let unused = onboarding.caPath ?? onboarding.caPins.first
    {
      report.warn(
        unused.place, "\(unused.label) counts with `auth_server` only",
        hint: "remove it; the certificate of the proxy is checked against the system's authorities")
    }
  }

  /// The later of two places, which is where a contradiction shows; a flag is later than the file.
  private func max(_ a: ConfigProblem.Place, _ b: ConfigProblem.Place) -> ConfigProblem.Place {
    if case .flag = a { return a }
    if case .flag = b { return b }
    return a.order < b.order ? b : a
  }
}
