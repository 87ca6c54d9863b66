import Glibc

/// The plugins of one directory, known by their manifests alone: making a catalog runs no plugin code.
public struct PluginCatalog: Sendable {
  public let directory: String
  public let plugins: [CatalogEntry]
  public let refusals: [PluginRefusal]

  static let fileLimit = 256

  /// Reads every `*.so` in `directory`, sorted by name. A missing directory is an empty catalog.
  public init(directory: String, policy: LoadPolicy) {
    var plugins: [CatalogEntry] = []
    var refusals: [PluginRefusal] = []
    var names: [String] = []
    if let handle = opendir(directory) {
      while let entry = readdir(handle) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name.hasSuffix(".so"), !name.hasPrefix(".") { names.append(name) }
      }
      closedir(handle)
    } else if errno != ENOENT {
      refusals.append(
        PluginRefusal(
          check: "catalog-directory", path: directory,
          reason: "cannot be read: \(String(cString: strerror(errno)))",
          remedy: "name a folder this user may read"))
    }
    if names.count > Self.fileLimit {
      refusals.append(
        PluginRefusal(
          check: "catalog-size", path: directory,
          reason: "holds \(names.count) plugins, only the first \(Self.fileLimit) are read",
          remedy: "remove what is not needed"))
    }
    for name in names.sorted().prefix(Self.fileLimit) {
      do {
        let entry = try CatalogEntry(path: directory + "/" + name, policy: policy)
        if let twin = plugins.first(where: { $0.manifest.id == entry.manifest.id }) {
          refusals.append(
            PluginRefusal(
              check: "catalog-duplicate", path: entry.path,
              reason: "has the same id as \(twin.path): \(entry.manifest.id)",
              remedy: "remove one of the two files"))
        } else {
          plugins.append(entry)
        }
      } catch {
        refusals.append(error)
      }
    }
    self.directory = directory
    self.plugins = plugins
    self.refusals = refusals
  }

  /// The plugin that offers a join method by the name used in `onboarding.join_method`.
  public func joinMethod(_ name: String) throws(PluginRefusal) -> CatalogEntry {
    try find("join method", name, suffix: "agent") { $0.joinMethod?.name == name }
  }

  /// The plugin that verifies joins of a method, by the name used in `spec.join_method`.
  public func joinVerifier(_ name: String) throws(PluginRefusal) -> CatalogEntry {
    try find("join verifier", name, suffix: "authority") { $0.joinVerifier?.name == name }
  }

  /// The plugin that renders an output, by the `type` of the service.
  public func output(_ type: String) throws(PluginRefusal) -> CatalogEntry {
    try find("output", type, suffix: "output") { $0.output?.type == type }
  }

  /// All plugins that verify joins.
  public var joinVerifiers: [CatalogEntry] { plugins.filter { $0.manifest.joinVerifier != nil } }

  /// All commands of all plugins, by name.
  public var commands: [(declaration: CommandDeclaration, plugin: CatalogEntry)] {
    plugins.flatMap { entry in entry.manifest.commands.map { ($0, entry) } }
      .sorted { $0.0.name < $1.0.name }
  }

  private func find(
    _ what: String, _ name: String, suffix: String, where matches: (PluginManifest) -> Bool
  ) throws(PluginRefusal) -> CatalogEntry {
    if let entry = plugins.first(where: { matches($0.manifest) }) { return entry }
    let package = "tenon-\(String(name.map { $0 == "_" || $0 == "/" ? "-" : $0 }))-\(suffix)"
    var reason = "no installed plugin offers the \(what) \"\(name)\""
    if !refusals.isEmpty {
      reason +=
        " (\(refusals.count) refused there: "
        + refusals.map { "\($0.path.split(separator: "/").last ?? ""): \($0.reason)" }
        .joined(separator: "; ") + ")"
    }
    throw PluginRefusal(
      check: "catalog-missing", path: directory, reason: reason,
      remedy:
        "install the package that ships it, by its usual name \(package).so, into \(directory)")
  }
}
