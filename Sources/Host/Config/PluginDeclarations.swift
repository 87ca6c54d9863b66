import Daemon
import Glibc
import PluginHost

/// What the reader must know of installed plugins. Their code is not needed for it.
protocol PluginDeclarations: Sendable {
  /// - Throws: a refusal that says what to install where.
  func joinMethodDeclaration(_ name: String) throws(PluginRefusal) -> JoinMethodDeclaration
  /// - Throws: a refusal that says what to install where.
  func outputDeclaration(_ type: String) throws(PluginRefusal) -> OutputDeclaration
  /// All installed join methods.
  var joinMethods: [JoinMethodDeclaration] { get }
  /// Types of all installed outputs.
  var outputTypes: [String] { get }
}

extension PluginDeclarations {
  /// Names of all installed join methods.
  var joinMethodNames: [String] { joinMethods.map(\.name) }
}

extension PluginCatalog: PluginDeclarations {
  /// The plugins of this machine under a policy.
  static func installed(_ policy: PluginPolicy) -> PluginCatalog {
    PluginCatalog(
      directory: policy.directory ?? Program.pluginDirectory,
      policy: LoadPolicy(
        user: geteuid(), pins: policy.pins, requiresPins: policy.requiresPins))
  }

  func joinMethodDeclaration(_ name: String) throws(PluginRefusal) -> JoinMethodDeclaration {
    guard let declaration = try joinMethod(name).manifest.joinMethod else {
      throw PluginRefusal(check: "catalog-missing", path: directory, reason: "offers no \(name)")
    }
    return declaration
  }

  func outputDeclaration(_ type: String) throws(PluginRefusal) -> OutputDeclaration {
    guard let declaration = try output(type).manifest.output else {
      throw PluginRefusal(check: "catalog-missing", path: directory, reason: "offers no \(type)")
    }
    return declaration
  }

  var joinMethods: [JoinMethodDeclaration] { plugins.compactMap(\.manifest.joinMethod) }

  var outputTypes: [String] { plugins.compactMap(\.manifest.output?.type) }
}
