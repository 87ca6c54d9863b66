import PluginHost

/// Asks everything an agent will need, in the order in which it will need it, and changes nothing.
struct Doctor {
  let clock: any HostClock
  let log: any PluginLog
  /// Receives each row as soon as it is known: a plugin that crashes leaves those before it said.
  let tell: (DoctorRow) -> Void

  /// What can be asked without a configuration: the installed plugins.
  func examine(_ catalog: PluginCatalog) async {
    for refusal in catalog.refusals {
      tell(DoctorRow("plugin", .failed, refusal.described, remedy: refusal.remedy))
    }
    if catalog.plugins.isEmpty, catalog.refusals.isEmpty {
      tell(
        DoctorRow(
          "plugin", .warning, "no plugin is installed in \(catalog.directory)",
          remedy: "install the plugins of the join method and of the outputs you need"))
    }
    for entry in catalog.plugins {
      await selfTest(
        await load("plugin \(entry.manifest.id)") { () throws(PluginRefusal) in entry },
        config: entry.manifest.defaults, storage: nil, deadline: PluginPolicy().callTimeout)
    }
  }

  /// Everything a configuration leads to.
  func examine(_ configuration: AgentConfiguration, _ catalog: PluginCatalog) async {
    for warning in configuration.warnings {
      tell(DoctorRow("configuration", .warning, warning.placed, remedy: warning.hint))
    }
    let method = configuration.onboarding?.joinMethod
    var join: LoadedPlugin?
    if let method {
      join = await load("plugin \(method)") { () throws(PluginRefusal) in
        try catalog.joinMethod(method)
      }
    }
    var outputs: [String: LoadedPlugin] = [:]
    for type in Set(configuration.services.map(\.type)).sorted() {
      outputs[type] = await load("plugin \(type)") { () throws(PluginRefusal) in
        try catalog.output(type)
      }
    }
    let storage = await self.storage(configuration.storage)
    for service in configuration.services { await destination(service) }
    let identity = IdentityExamination(
      configuration: configuration, storage: storage, now: clock.wallNanoseconds / 1_000_000_000)
    let (stored, found) = identity.examine()
    for row in await AuthorityExamination(configuration: configuration, clock: clock)
      .examine(with: stored)
    {
      tell(row)
    }
    tell(found)
    let deadline = configuration.plugins.callTimeout
    await selfTest(
      join, config: configuration.onboarding?.section ?? [:], storage: storage, deadline: deadline)
    for service in configuration.services {
      await selfTest(
        outputs[service.type], of: service.name, config: service.section, storage: nil,
        deadline: deadline)
    }
  }

  /// What is left to say of a configuration that cannot be used.
  func report(_ refusal: ConfigRefusal, _ catalog: PluginCatalog?) {
    for problem in refusal.problems {
      tell(DoctorRow("configuration", .failed, problem.placed, remedy: problem.hint))
    }
    for refusal in catalog?.refusals ?? [] {
      tell(DoctorRow("plugin", .failed, refusal.described, remedy: refusal.remedy))
    }
    for name in ["storage", "output", "authority", "stored identity", "self-test"] {
      tell(DoctorRow(name, .skipped, "not asked, because the configuration is not in order"))
    }
  }

  private func measured(_ make: () async -> DoctorRow) async {
    let start = clock.monotonicNanoseconds
    var row = await make()
    let end = clock.monotonicNanoseconds
    row.duration = .nanoseconds(Int64(clamping: end < start ? 0 : end - start))
    tell(row)
  }

  // MARK: plugins

  private func load(
    _ name: String, _ find: () throws(PluginRefusal) -> CatalogEntry
  ) async -> LoadedPlugin? {
    var loaded: LoadedPlugin?
    await measured {
      do throws(PluginRefusal) {
        let plugin = try LoadedPlugin(try find())
        loaded = plugin
        return DoctorRow(name, .passed, "\(plugin.manifest.id) \(plugin.manifest.version)")
      } catch {
        return DoctorRow(name, .failed, error.described, remedy: error.remedy)
      }
    }
    return loaded
  }

  private func selfTest(
    _ plugin: LoadedPlugin?, of service: String? = nil, config: [String: ConfigValue],
    storage: (any RecordStorage)?, deadline: Duration
  ) async {
    guard let plugin, plugin.manifest.hasSelfTest else { return }
    let name = service.map { "\(plugin.manifest.id) of \($0)" } ?? plugin.manifest.id
    let instance: SelfTestInstance
    do {
      instance = try await SelfTestInstance(
        plugin,
        services: InstanceServices(
          config: config, storage: storage?.limited(to: plugin.manifest.records), clock: clock,
          log: log))
    } catch {
      let failure = AgentFailure(plugin: error)
      return tell(DoctorRow("\(name) self-test", failed: failure))
    }
    for (index, check) in instance.checks.enumerated() {
      let answer = await instance.ask(index, deadline: deadline)
      var row = DoctorRow(
        "\(name) \(check.name)", DoctorRow.Outcome(answer.outcome), answer.sentence,
        remedy: answer.remedy)
      row.duration = answer.duration
      tell(row)
    }
    await instance.close()
  }

  // MARK: folders

  private func storage(_ spec: DestinationSpec) async -> (any RecordStorage)? {
    var reading: StorageReading?
    await measured {
      guard let examination = FolderExamination(spec, demandsTrust: { $0 != .insecure }) else {
        return DoctorRow("storage", .passed, "memory, which forgets when the agent ends")
      }
      do throws(RecordError) {
        let (folder, sentence) = try examination.examine()
        let found = StorageReading(folder: folder)
        reading = found
        if let holder = found.holder {
          return DoctorRow("storage", .passed, "\(sentence), in use by \(holder)")
        }
        if try found.isInterrupted {
          return DoctorRow(
            "storage", .warning, "\(sentence), an agent ended while it changed records",
            remedy: "start the agent: it completes them")
        }
        return DoctorRow("storage", .passed, sentence)
      } catch {
        return DoctorRow("storage", failed: AgentFailure(error))
      }
    }
    return reading
  }

  private func destination(_ service: ServiceConfiguration) async {
    await measured {
      let name = "output \(service.name)"
      guard
        let examination = FolderExamination(service.destination, demandsTrust: { $0 == .secure })
      else { return DoctorRow(name, .passed, "memory, which nobody can read") }
      do throws(RecordError) {
        return DoctorRow(name, .passed, try examination.examine().sentence)
      } catch {
        return DoctorRow(name, failed: AgentFailure(error))
      }
    }
  }
}

extension DoctorRow.Outcome {
  init(_ outcome: SelfTestAnswer.Outcome) {
    switch outcome {
    case .passed: self = .passed
    case .warning: self = .warning
    case .failed: self = .failed
    case .skipped: self = .skipped
    }
  }
}

extension PluginRefusal {
  /// Without the remedy, which has a line of its own.
  fileprivate var described: String { "\(path): \(reason)" }
}

extension ConfigProblem {
  /// Without the hint, which has a line of its own.
  fileprivate var placed: String { "\(place): \(message)" }
}
