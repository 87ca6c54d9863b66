import Documents
import PluginHost
import YAML

/// Reads version 2 of `tbot.yaml`, strictly: every key must be known, every value of its kind, and the
/// sections of plugins must suit their manifests. All problems are found in one run.
///
/// First the document is read and the flags are put over it; then, with the operator's plugin policy
/// known, the parts are checked against each other and against the installed plugins. Nothing is
/// dialled and no plugin code runs.
struct ConfigReader {
  var options = StartOptions()
  var surroundings = ConfigSurroundings.system
  /// Opens the installed plugins under a policy, e.g. as a ``PluginCatalog``.
  var declarations: (PluginPolicy) -> any PluginDeclarations

  /// Larger files are no configurations.
  static let maxBytes = 1 << 20

  /// What messages call the file when there is none.
  static let noFile = "command line"

  /// Reads a file by its path.
  ///
  /// - Throws: everything that is wrong; the first line names the file.
  func read(file: String) throws(ConfigRefusal) -> AgentConfiguration {
    try read(try content(file), named: file)
  }

  /// What the parts of a file name, without a look at anything else: secrets stay unread, and of the plugins
  /// a join URI alone needs the names.
  ///
  /// - Throws: what is wrong with the file by itself.
  func outline(file: String) throws(ConfigRefusal) -> ConfigOutline {
    var report = ConfigReport(file: file)
    guard let root = Self.document(try content(file), report: &report) else {
      throw ConfigRefusal(report.problems)
    }
    let paths = ConfigOutline.paths(in: root)
    let fields = ConfigFields(root, section: "", report: &report)
    var draft = fields.map { ConfigDraft($0, report: &report) }
    if draft?.joinURI != nil, let plugins = draft?.plugins {
      _ = draft?.applyJoinURI(declarations(plugins), report: &report)
    }
    guard report.problems.isEmpty, let draft else { throw ConfigRefusal(report.problems) }
    return ConfigOutline(draft, paths: paths)
  }

  private func content(_ file: String) throws(ConfigRefusal) -> [UInt8] {
    switch surroundings.readFile(file, Self.maxBytes) {
    case .success(let bytes): return bytes
    case .failure(let failure):
      throw ConfigRefusal([
        ConfigProblem(
          .file(file, .none), "the configuration cannot be read: \(failure.reason)",
          hint: "correct the path given with -c")
      ])
    }
  }

  /// Reads a document that is in memory.
  ///
  /// - Parameter named: what messages call it, e.g. `--config-string`.
  func read(_ bytes: [UInt8], named file: String) throws(ConfigRefusal) -> AgentConfiguration {
    var report = ConfigReport(file: file)
    let root = Self.document(bytes, report: &report)
      .flatMap { ConfigFields($0, section: "", report: &report) }
    guard let root else { throw ConfigRefusal(report.problems) }
    return try read(root, report: &report)
  }

  /// Works with flags alone, without a file.
  func readOptions() throws(ConfigRefusal) -> AgentConfiguration {
    var report = ConfigReport(file: Self.noFile)
    guard let root = ConfigFields(.null, section: "", report: &report) else {
      throw ConfigRefusal(report.problems)
    }
    return try read(root, report: &report)
  }

  private func read(
    _ root: ConfigFields, report: inout ConfigReport
  ) throws(ConfigRefusal) -> AgentConfiguration {
    var draft = ConfigDraft(root, report: &report)
    draft.apply(options, report: &report)
    guard let plugins = draft.plugins else { throw ConfigRefusal(report.problems) }
    let declarations = declarations(plugins)
    let parameter = draft.applyJoinURI(declarations, report: &report)
    let resolver = ConfigResolver(
      draft: draft, plugins: plugins, joinParameter: parameter, declarations: declarations,
      surroundings: surroundings)
    guard let configuration = resolver.resolve(options: options, report: &report) else {
      throw ConfigRefusal(report.problems)
    }
    return configuration
  }

  /// The one document of the stream, if its version is one that is read here.
  private static func document(
    _ bytes: [UInt8], report: inout ConfigReport
  ) -> Node? {
    let documents: [Node]
    do {
      documents = try YAML.parse(bytes)
    } catch {
      report.refuse(error.position, error.message)
      return nil
    }
    if let second = documents.dropFirst().first {
      report.refuse(
        second.position, "the file holds \(documents.count) documents",
        hint: "keep one; a configuration has no `---` between its keys")
      return nil
    }
    guard let root = documents.first, !root.isNull else {
      report.refuse(.none, "the configuration is empty", hint: "begin with `version: v2`")
      return nil
    }
    guard root.members != nil else {
      report.refuse(
        root.position, "a configuration is a map of keys and values, not \(root.value.kind)",
        hint: "begin with `version: v2`")
      return nil
    }
    return checkVersion(root, report: &report) ? root : nil
  }

  /// Whether the rest of the document is worth reading: not when it was written for another version.
  private static func checkVersion(_ root: Node, report: inout ConfigReport) -> Bool {
    let rewrite =
      "write `version: v2`, and each of `destinations` as an item of `services` with a `type`"
    guard let version = root["version"], !version.isNull else {
      let isOld = root["destinations"] != nil
      report.refuse(
        .none, "`version` is missing, which stands for version 1",
        hint: isOld ? rewrite : "add `version: v2` as the first line")
      return !isOld
    }
    switch version.textOrNumber {
    case "v2": return true
    case "v1":
      report.refuse(version.position, "version 1 of the configuration is not read", hint: rewrite)
    default:
      report.refuse(
        version.position, "`version` is \(version.textOrNumber?.excerpt ?? version.value.kind)",
        hint: "write `version: v2`")
    }
    return false
  }
}
