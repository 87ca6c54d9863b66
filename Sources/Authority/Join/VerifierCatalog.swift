import Credentials
import Documents
import PluginHost

/// The verifiers of this authority by join method. Made once at start.
struct VerifierCatalog: Sendable {
  /// A verifier plugin that is running.
  struct Entry: Sendable {
    var declaration: JoinVerifierDeclaration
    var verifier: JoinVerifierInstance
  }

  private let entries: [String: Entry]
  private let catalog: PluginCatalog

  /// Loads every verifier of the catalog.
  static func load(
    _ catalog: PluginCatalog, keys: ClusterKeys, clock: any HostClock, log: any PluginLog
  ) async throws -> VerifierCatalog {
    let prepared = try prepare(catalog, keys: keys, clock: clock, log: log)
    var entries: [String: Entry] = [:]
    for next in prepared {
      entries[next.declaration.name] = Entry(
        declaration: next.declaration,
        verifier: try await JoinVerifierInstance(next.plugin, services: next.services))
    }
    return VerifierCatalog(entries: entries, catalog: catalog)
  }

  private struct Prepared {
    var declaration: JoinVerifierDeclaration
    var plugin: LoadedPlugin
    var services: InstanceServices
  }

  // Apart from `load` and not inlined: Swift 6.3 crashes when it optimises errors thrown before and
  // after a suspension in one function.
  @inline(never)
  private static func prepare(
    _ catalog: PluginCatalog, keys: ClusterKeys, clock: any HostClock, log: any PluginLog
  ) throws -> [Prepared] {
    var all: [Prepared] = []
    for entry in catalog.joinVerifiers {
      guard let declaration = entry.manifest.joinVerifier else { continue }
      let services = InstanceServices(
        clock: clock, log: log,
        cluster: ClusterView(name: keys.cluster, suite: keys.suite.rawValue),
        authority: try declaration.authority.flatMap { try keys.method($0.type) })
      all.append(
        Prepared(declaration: declaration, plugin: try LoadedPlugin(entry), services: services))
    }
    return all
  }

  private init(entries: [String: Entry], catalog: PluginCatalog) {
    self.entries = entries
    self.catalog = catalog
  }

  /// Names of the join methods served, sorted.
  var methods: [String] { entries.keys.sorted() }

  /// The verifier of a method.
  ///
  /// - Throws: ``PluginRefusal`` that names the plugin to install.
  func entry(_ method: String) throws(PluginRefusal) -> Entry {
    if let entry = entries[method] { return entry }
    _ = try catalog.joinVerifier(method)
    throw PluginRefusal(
      check: "catalog-missing", path: catalog.directory,
      reason: "the verifier of \(method.excerpt) was installed after this process had started",
      remedy: "restart tenond")
  }
}
