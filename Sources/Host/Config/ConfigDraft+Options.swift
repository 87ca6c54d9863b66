extension ConfigDraft {
  /// Puts the flags over the file. A flag that replaces something the file says is a warning, since the
  /// file then reads as something that does not happen.
  mutating func apply(_ options: StartOptions, report: inout ConfigReport) {
    override(&authServer, options.authServer, "--auth-server", report: &report)
    override(&proxyServer, options.proxyServer, "--proxy-server", report: &report)
    override(&joinURI, options.joinURI, "--join-uri", report: &report)
    override(&oneshot, options.oneshot, "--oneshot", report: &report)
    override(&debug, options.debug, "--debug", report: &report)
    override(&insecure, options.insecure, "--insecure", report: &report)
    override(&fips, options.fips, "--fips", report: &report)
    override(&diagnostics, options.diagnosticsAddress, "--diag-addr", report: &report)
    override(
      &ttl, duration(options.certificateTTL, "--certificate-ttl", report: &report),
      "--certificate-ttl", report: &report)
    override(
      &renewalInterval, duration(options.renewalInterval, "--renewal-interval", report: &report),
      "--renewal-interval", report: &report)
    override(&onboarding.token, options.token, "--token", report: &report)
    override(&onboarding.joinMethod, options.joinMethod, "--join-method", report: &report)
    if !options.caPins.isEmpty {
      if let pin = onboarding.caPins.first {
        warn(pin.place, "`onboarding.ca_pins`", "--ca-pin", &report)
      }
      onboarding.caPins = options.caPins.map {
        Placed(value: $0, place: .flag("--ca-pin"), label: "--ca-pin")
      }
    }
    applyStorage(options, report: &report)
    if let directory = options.pluginDirectory {
      let placed = Placed(value: directory, place: .flag("--plugin-dir"), label: "--plugin-dir")
      if PluginPolicy.isAbsolute(placed, report: &report) {
        plugins?.directory = directory
      } else {
        plugins = nil
      }
    }
  }

  private mutating func applyStorage(_ options: StartOptions, report: inout ConfigReport) {
    if let text = options.storage {
      do {
        let spec = try DestinationSpec(text: text, place: .flag("--storage"))
        override(&storage, spec, "--storage", report: &report)
      } catch {
        report.refuse(error.place, error.message, hint: error.hint)
      }
    }
    guard let path = options.dataDirectory else { return }
    guard options.storage == nil else {
      report.refuse(
        .flag("--data-dir"), "it says the same as --storage", hint: "give one of the two")
      return
    }
    override(
      &storage, .directory(path: path, symlinks: .trySecure), "--data-dir", report: &report)
  }

  private func duration(
    _ text: String?, _ flag: String, report: inout ConfigReport
  ) -> Int64? {
    guard let text else { return nil }
    let placed = Placed(value: text, place: .flag(flag), label: flag)
    return DurationText.seconds(placed, report: &report)?.value
  }

  private func override<Value: Sendable & Equatable>(
    _ field: inout Placed<Value>?, _ value: Value?, _ flag: String, report: inout ConfigReport
  ) {
    guard let value else { return }
    if let old = field, old.value != value { warn(old.place, old.label, flag, &report) }
    field = Placed(value: value, place: .flag(flag), label: flag)
  }

  private func warn(
    _ place: ConfigProblem.Place, _ label: String, _ flag: String, _ report: inout ConfigReport
  ) {
    report.warn(
      place, "\(label) is overridden by \(flag)",
      hint: "remove one of the two, so that they cannot contradict each other")
  }
}
