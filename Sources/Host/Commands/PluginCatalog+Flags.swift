import Daemon
import Glibc
import PluginHost

extension PluginCatalog {
  /// The plugins of the folder that `--plugin-dir` names, or of the installation's own.
  static func named(by flags: Flags) -> PluginCatalog {
    PluginCatalog(
      directory: flags.text("--plugin-dir").map { Program.absolute($0) } ?? Program.pluginDirectory,
      policy: LoadPolicy(user: geteuid()))
  }
}
