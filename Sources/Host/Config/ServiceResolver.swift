import Documents
import PluginHost

/// Checks the services of a draft against their plugins and against each other.
struct ServiceResolver {
  let draft: ConfigDraft
  let storage: DestinationSpec
  /// What counts for services without lifetimes of their own.
  let lifetime: CredentialLifetime
  let isOneshot: Bool
  let declarations: any PluginDeclarations
  let sections: SectionResolver

  /// The services that are right; the others are reported.
  func resolve(
    options: StartOptions, report: inout ConfigReport
  ) -> [ServiceConfiguration] {
    if let path = options.destinationDirectory {
      return single(path, report: &report).map { [$0] } ?? []
    }
    let names = ServiceNames(draft.services, report: &report).names
    var services: [ServiceConfiguration] = []
    for (service, name) in zip(draft.services, names) {
      if let resolved = resolve(service, name: name, report: &report) { services.append(resolved) }
    }
    checkDirectories(report: &report)
    return services
  }

  private func resolve(
    _ service: ServiceDraft, name: String, report: inout ConfigReport
  ) -> ServiceConfiguration? {
    let lifetime = lifetime(of: service, report: &report)
    guard let declaration = declaration(service.type, report: &report) else { return nil }
    var fields = service.rest
    let section = sections.resolve(
      declaration.config, fields: &fields, owner: service.type.place, report: &report)
    fields.refuseRest(&report)
    guard let destination = service.destination else {
      if !service.hasDestination {
        report.refuse(
          service.type.place, "`\(fields.section)` has no `destination`",
          hint: "add `destination:` with `type: directory` and `path`")
      }
      return nil
    }
    if declaration.needsDirectory, destination.value == .memory {
      report.refuse(
        destination.place,
        "\(destination.label) is memory, but this type writes to directories only",
        hint: "use `type: directory` with a `path`")
    }
    return ServiceConfiguration(
      name: name, type: declaration.type, position: service.position,
      destination: destination.value, lifetime: lifetime, section: section)
  }

  private func declaration(
    _ type: Placed<String>, report: inout ConfigReport
  ) -> OutputDeclaration? {
    do {
      return try declarations.outputDeclaration(type.value)
    } catch {
      let near = KeySuggestion.nearest(to: type.value, among: declarations.outputTypes)
      report.refuse(
        type.place, error.reason, hint: near.map { "did you mean `\($0)`?" } ?? error.remedy)
      return nil
    }
  }

  private func lifetime(
    of service: ServiceDraft, report: inout ConfigReport
  ) -> CredentialLifetime {
    guard let given = service.ttl ?? service.renewalInterval else { return lifetime }
    if !isOneshot, (service.ttl == nil) != (service.renewalInterval == nil) {
      let missing = service.ttl == nil ? "credential_ttl" : "renewal_interval"
      report.refuse(
        given.place, "\(given.label) is set without `\(missing)`",
        hint: "set both in the service, or both at the top level")
    }
    return CredentialLifetime(
      ttl: service.ttl, interval: service.renewalInterval, base: lifetime, isOneshot: isOneshot,
      report: &report)
  }

  /// What `--destination-dir` stands for: the one installed output, with its defaults.
  private func single(_ path: String, report: inout ConfigReport) -> ServiceConfiguration? {
    let place = ConfigProblem.Place.flag("--destination-dir")
    let types = declarations.outputTypes.sorted()
    guard types.count == 1, let type = types.first else {
      report.refuse(
        place,
        types.isEmpty
          ? "no output plugin is installed"
          : "several outputs are installed: "
            + types.joined(separator: ", "),
        hint: types.isEmpty
          ? "install one; `tenon plugin list` shows what there is"
          : "name the one that is meant in `services` of the configuration file")
      return nil
    }
    if let first = draft.services.first {
      report.warn(
        first.type.place, "the services of the file are ignored: --destination-dir replaces them",
        hint: "remove one of the two")
    }
    let placed = Placed(value: type, place: place, label: "--destination-dir")
    guard let declaration = declaration(placed, report: &report),
      var fields = ConfigFields(.null, section: "", report: &report)
    else { return nil }
    let section = sections.resolve(
      declaration.config, fields: &fields, owner: place, report: &report)
    return ServiceConfiguration(
      name: ServiceNames.default(type: type, number: 1), type: type, position: .none,
      destination: .directory(path: path, symlinks: .trySecure), lifetime: lifetime,
      section: section)
  }

  /// Two writers of one directory would take each other's files away.
  private func checkDirectories(report: inout ConfigReport) {
    var owners: [String: String] = [:]
    if case .directory(let path, _) = storage { owners[Self.normal(path)] = "the storage" }
    for service in draft.services {
      guard let destination = service.destination,
        case .directory(let path, _) = destination.value
      else { continue }
      if let owner = owners[Self.normal(path)] {
        report.refuse(
          destination.place, "the directory \(path.excerpt) is that of \(owner) too",
          hint: "give every service a directory of its own")
      } else {
        owners[Self.normal(path)] = "the service in \(service.type.place.short)"
      }
    }
  }

  /// Without empty and `.` parts. Links are not followed: the directory need not exist yet.
  private static func normal(_ path: String) -> String {
    let parts = path.split(separator: "/").filter { $0 != "." }
    return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
  }
}
