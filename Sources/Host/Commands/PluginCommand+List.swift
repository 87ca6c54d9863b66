import Daemon
import Documents
import PluginHost

extension PluginCommand {
  func list(_ line: PluginCommandLine) -> Int32 {
    let directory = line.pluginDirectory.map(Program.absolute) ?? Program.pluginDirectory
    let catalog = PluginCatalog(directory: directory, policy: policy)
    switch line.format {
    case .json:
      out(String(decoding: JSON.serialize(document(catalog), pretty: true), as: UTF8.self) + "\n")
    case .text:
      for entry in catalog.plugins { out(summary(entry) + "\n") }
      for refusal in catalog.refusals { out(summary(refusal) + "\n") }
      out(
        "\(catalog.plugins.count) installed, \(catalog.refusals.count) refused in "
          + directory.printable + "\n")
    }
    return 0
  }

  private func summary(_ entry: CatalogEntry) -> String {
    let manifest = entry.manifest
    return "\(manifest.id) \(manifest.version)\n"
      + PluginText.table([
        ("abi", "\(manifest.abi)"),
        ("offers", PluginText.offers(manifest).joined(separator: ", ")),
        ("needs", manifest.needs.joined(separator: ", ")),
        ("file", entry.path),
        ("sha256", entry.file.sha256),
      ])
  }

  private func summary(_ refusal: PluginRefusal) -> String {
    "refused: \(refusal.path.printable)\n"
      + PluginText.table([
        ("check", refusal.check), ("reason", refusal.reason), ("remedy", refusal.remedy),
      ])
  }

  private func document(_ catalog: PluginCatalog) -> Node {
    .object([
      ("directory", .text(catalog.directory)),
      (
        "plugins",
        .array(
          catalog.plugins.map { entry in
            .object([
              ("id", .text(entry.manifest.id)), ("version", .text(entry.manifest.version)),
              ("abi", .text("\(entry.manifest.abi)")),
              ("capabilities", .array(entry.manifest.capabilities.map { .text($0) })),
              ("offers", .array(PluginText.offers(entry.manifest).map { .text($0) })),
              ("needs", .array(entry.manifest.needs.map { .text($0) })),
              ("file", .text(entry.path)), ("sha256", .text(entry.file.sha256)),
            ])
          })
      ),
      ("refused", .array(catalog.refusals.map(Self.document))),
    ])
  }

  static func document(_ refusal: PluginRefusal) -> Node {
    .object([
      ("file", .text(refusal.path)), ("check", .text(refusal.check)),
      ("reason", .text(refusal.reason)), ("remedy", .text(refusal.remedy)),
    ])
  }
}
