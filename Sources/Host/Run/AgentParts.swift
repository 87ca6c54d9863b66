import Daemon
import Glibc
import PluginHost
import Wire

/// Everything one run of the agent is made of, opened in the order in which it can fail: plugins, disk,
/// then nothing more before the network.
struct AgentParts: Sendable {
  let link: AuthorityLink
  let keeper: IdentityKeeper
  let outputs: [OutputService]
  let method: JoinMethodInstance?
  let storage: StagedStorage
  let record: AgentRecord
  /// Renewals that plugins ask for.
  let renewals: RenewalRequests

  static func open(
    _ configuration: AgentConfiguration, catalog: PluginCatalog, log: LineLog,
    clock: any HostClock
  ) async throws(AgentFailure) -> AgentParts {
    let join = try joinPlugin(configuration, catalog)
    var outputPlugins: [LoadedPlugin] = []
    for service in configuration.services {
      outputPlugins.append(
        try load { () throws(PluginRefusal) in try catalog.output(service.type) })
    }
    for plugin in (join.map { [$0.plugin] } ?? []) + outputPlugins {
      log.debug(
        "plugin loaded", [("plugin", plugin.manifest.id), ("version", plugin.manifest.version)])
    }
    let storage = StagedStorage(try open(storage: configuration.storage))
    var destinations: [any Destination] = []
    for service in configuration.services {
      let destination = service.destination.opened
      do {
        try destination.check()
      } catch {
        throw AgentFailure(error)
      }
      destinations.append(destination)
    }
    let link = AuthorityLink(configuration, clock: clock)
    let record = AgentRecord(configuration, clock: clock)
    let renewals = RenewalRequests()
    func events(_ service: String) -> PluginEvents {
      PluginEvents(
        service, record: record, renewals: configuration.isOneshot ? nil : renewals, log: log,
        clock: clock)
    }
    var setup: JoinCeremony.Setup?
    if let onboarding = configuration.onboarding, let join {
      setup = JoinCeremony.Setup(
        method: try await instance {
          try await JoinMethodInstance(
            join.plugin,
            services: InstanceServices(
              config: onboarding.section,
              storage: storage.limited(to: join.plugin.manifest.records),
              clock: clock, log: log, events: events(AgentRecord.identity)))
        }, declaration: join.declaration, token: onboarding.token,
        ttlSeconds: configuration.lifetime.ttlSeconds,
        callTimeout: configuration.plugins.callTimeout, clock: clock)
    }
    var outputs: [OutputService] = []
    for (index, service) in configuration.services.enumerated() {
      outputs.append(
        OutputService(
          configuration: service,
          instance: try await instance {
            try await OutputInstance(
              outputPlugins[index],
              services: InstanceServices(
                config: service.section, clock: clock, log: log, events: events(service.name)))
          }, destination: destinations[index], link: link, clock: clock, log: log,
          record: record))
    }
    let keeper = IdentityKeeper(
      link: link, storage: storage, setup: setup,
      missing: AgentFailure(configuration.onboardingMissing.description, .local), log: log,
      clock: clock, record: record, renewals: renewals)
    return AgentParts(
      link: link, keeper: keeper, outputs: outputs, method: setup?.method, storage: storage,
      record: record, renewals: renewals)
  }

  /// Ends the plugins' instances and frees the storage for the next agent.
  func close() async {
    for output in outputs { await output.instance.close() }
    await method?.close()
    storage.close()
  }

  private static func joinPlugin(
    _ configuration: AgentConfiguration, _ catalog: PluginCatalog
  ) throws(AgentFailure) -> (plugin: LoadedPlugin, declaration: JoinMethodDeclaration)? {
    guard let onboarding = configuration.onboarding else { return nil }
    let plugin = try load { () throws(PluginRefusal) in
      try catalog.joinMethod(onboarding.joinMethod)
    }
    guard let declaration = plugin.manifest.joinMethod else { return nil }
    return (plugin, declaration)
  }

  private static func load(
    _ find: () throws(PluginRefusal) -> CatalogEntry
  ) throws(AgentFailure) -> LoadedPlugin {
    do {
      return try LoadedPlugin(try find())
    } catch {
      throw AgentFailure(error)
    }
  }

  private static func instance<Instance>(
    _ make: () async throws -> Instance
  ) async throws(AgentFailure) -> Instance {
    do {
      return try await make()
    } catch {
      throw AgentFailure(plugin: error)
    }
  }

  /// Opens a storage for the one process that may use it.
  static func open(storage: DestinationSpec) throws(AgentFailure) -> any RecordStorage {
    switch storage {
    case .memory: return MemoryStorage()
    case .directory(let path, let symlinks):
      do {
        return try StorageDirectory(path: Program.absolute(path), symlinks: symlinks)
      } catch {
        throw AgentFailure(error)
      }
    }
  }
}

extension DestinationSpec {
  /// The destination itself; nothing is touched yet.
  var opened: any Destination {
    switch self {
    case .directory(let path, let symlinks):
      DirectoryDestination(path: Program.absolute(path), symlinks: symlinks)
    case .memory: MemoryDestination()
    }
  }
}
