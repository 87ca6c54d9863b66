import Documents
import PluginHost
import Wire

/// Turns a draft into a configuration: checks its parts against each other and against the plugins.
struct ConfigResolver {
  let draft: ConfigDraft
  let plugins: PluginPolicy
  /// What a join URI says for one key of its method. Never shown.
  let joinParameter: Placed<String>?
  let declarations: any PluginDeclarations
  let surroundings: ConfigSurroundings

  private var sections: SectionResolver { SectionResolver(surroundings: surroundings) }

  var isOneshot: Bool { draft.oneshot?.value ?? false }

  init(
    draft: ConfigDraft, plugins: PluginPolicy, joinParameter: Placed<String>?,
    declarations: any PluginDeclarations, surroundings: ConfigSurroundings
  ) {
    self.draft = draft
    self.plugins = plugins
    self.joinParameter = joinParameter
    self.declarations = declarations
    self.surroundings = surroundings
  }

  /// Nil when anything was refused.
  func resolve(
    options: StartOptions, report: inout ConfigReport
  ) -> AgentConfiguration? {
    if let fips = draft.fips, fips.value {
      report.refuse(
        fips.place, "\(fips.label) is true, but this build has no FIPS cryptography",
        hint: "remove it where FIPS is not required")
    }
    let server = ServerChoice(draft).resolve(report: &report)
    let lifetime = CredentialLifetime(
      ttl: draft.ttl, interval: draft.renewalInterval, base: .default, isOneshot: isOneshot,
      report: &report)
    let storage = draft.storage?.value ?? .defaultStorage
    let onboarding = onboarding(flags: options.methodFlags, report: &report)
    if onboarding == nil, storage == .memory, draft.onboarding.isEmpty {
      report.refuse(
        draft.storage?.place ?? report.place(.none),
        "the storage forgets at every start, and there is no `onboarding` to join again with",
        hint: "add `onboarding:` with `join_method` and `token`, or use `type: directory`")
    }
    let services = ServiceResolver(
      draft: draft, storage: storage, lifetime: lifetime, isOneshot: isOneshot,
      declarations: declarations, sections: sections
    ).resolve(options: options, report: &report)
    if storage == .memory, !isOneshot, let place = draft.storage?.place {
      report.warn(
        place, "the storage is memory: every start joins anew",
        hint: "use `type: directory` for an agent that keeps running")
    }
    let diagnostics = draft.diagnostics.flatMap {
      DiagnosticsAddress.resolve($0, isOneshot: isOneshot, report: &report)
    }
    guard report.problems.isEmpty, let server else { return nil }
    return AgentConfiguration(
      file: report.file, server: server, isInsecure: draft.insecure?.value ?? false,
      isDebug: draft.debug?.value ?? false, isOneshot: isOneshot, lifetime: lifetime,
      onboarding: onboarding, storage: storage, services: services, plugins: plugins,
      diagnostics: diagnostics, warnings: report.warnings.inOrderOfPlace)
  }

  private func onboarding(
    flags: [StartOptions.MethodFlag], report: inout ConfigReport
  ) -> Onboarding? {
    let given = draft.onboarding
    let token = token(report: &report)
    let declaration = joinMethod(report: &report)
    let section = section(of: declaration, flags: flags, report: &report)
    if given.token != nil, given.joinMethod == nil, !given.wrong.contains("join_method") {
      let names = declarations.joinMethodNames.sorted()
      report.refuse(
        given.place(report), "`onboarding.join_method` is missing",
        hint: names.isEmpty
          ? "add it, and install the plugin that offers the method"
          : "add it; installed: \(names.joined(separator: ", "))")
    } else if given.token == nil, given.joinMethod != nil, !given.wrong.contains("token") {
      report.refuse(
        given.place(report), "`onboarding.token` is missing",
        hint: "add the name of the join token that `tctl get tokens` shows")
    }
    guard let token, let declaration else { return nil }
    return Onboarding(
      token: token, isTokenFromFile: given.token?.value.hasPrefix("/") ?? false,
      joinMethod: declaration.name, caPath: given.caPath?.value,
      caPins: given.caPins.compactMap { SHA256Text.digits($0.value) }, section: section)
  }

  private func token(report: inout ConfigReport) -> String? {
    guard let token = draft.onboarding.token else { return nil }
    guard token.value.hasPrefix("/") else { return token.value }
    return SecretFile.read(token, surroundings: surroundings, report: &report)
  }

  private func joinMethod(report: inout ConfigReport) -> JoinMethodDeclaration? {
    guard let method = draft.onboarding.joinMethod else { return nil }
    do {
      return try declarations.joinMethodDeclaration(method.value)
    } catch {
      let near = KeySuggestion.nearest(to: method.value, among: declarations.joinMethodNames)
      report.refuse(
        method.place, error.reason, hint: near.map { "did you mean `\($0)`?" } ?? error.remedy)
      return nil
    }
  }

  /// Resolves the section of the chosen method, and says what the others are good for.
  private func section(
    of method: JoinMethodDeclaration?, flags: [StartOptions.MethodFlag],
    report: inout ConfigReport
  ) -> [String: ConfigValue] {
    var resolved: [String: ConfigValue] = [:]
    var fields = draft.onboarding.sections
    let chosen = draft.onboarding.joinMethod?.value
    var given = GivenKeys()
    given.take(
      flags, of: method, chosen: chosen, among: declarations.joinMethods, report: &report)
    let member = chosen.flatMap { fields?.take($0) }
    if let method {
      let owner = member?.keyPosition ?? draft.onboarding.position
      let node = member?.value ?? Node(.null, at: owner ?? .none)
      let name = "onboarding.\(method.name)"
      if var section = ConfigFields(node, section: name, report: &report) {
        takeParameter(of: method, section: section, given: &given, report: &report)
        resolved = sections.resolve(
          method.config, fields: &section, given: given.values,
          owner: report.place(owner ?? .none), report: &report)
        section.refuseRest(&report)
      }
    }
    for other in declarations.joinMethodNames where other != chosen {
      guard let member = fields?.take(other) else { continue }
      report.warn(
        report.place(member.keyPosition),
        "`onboarding.\(other)` is ignored"
          + (chosen.map { ": the join method is \($0.excerpt)" } ?? ": no join method is chosen"),
        hint: "remove it, or set `join_method: \(other)`")
    }
    fields?.refuseRest(&report)
    return resolved
  }

  /// Takes the parameter of the join URI, unless its key is configured already.
  private func takeParameter(
    of method: JoinMethodDeclaration, section: ConfigFields, given: inout GivenKeys,
    report: inout ConfigReport
  ) {
    guard let joinParameter else { return }
    if let key = method.config.first(where: \.isJoinURIParameter) {
      let written = section.rest.first { member in
        [key.key, key.alias].contains(member.key) && !member.value.isNull
          && member.value.string != ""
      }
      let place = given.values[key.key]?.place ?? written.map { report.place($0.keyPosition) }
      if let place {
        draft.conflict("onboarding.\(method.name).\(key.key)", place, &report)
        return
      }
    }
    given.take(joinParameter, of: method, report: &report)
  }
}
