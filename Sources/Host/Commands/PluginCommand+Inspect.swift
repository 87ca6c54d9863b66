import Daemon
import Documents
import PluginHost

extension PluginCommand {
  func inspect(_ line: PluginCommandLine) -> Int32 {
    let inspection = PluginInspection(path: Program.absolute(line.file ?? ""), policy: policy)
    if let entry = inspection.entry {
      switch line.format {
      case .json: out(document(entry, inspection.refusal))
      case .text: out(text(entry))
      }
    }
    if let refusal = inspection.refusal { return fail([refusal.description]) }
    return 0
  }

  private func document(_ entry: CatalogEntry, _ refusal: PluginRefusal?) -> String {
    let node = Node.object([
      ("file", .text(entry.path)), ("sha256", .text(entry.file.sha256)),
      ("refused", refusal.map(Self.document) ?? Node(.null)),
      ("manifest", entry.manifestDocument ?? Node(.null)),
    ])
    return String(decoding: JSON.serialize(node, pretty: true), as: UTF8.self) + "\n"
  }

  private func text(_ entry: CatalogEntry) -> String {
    let manifest = entry.manifest
    var rows = [
      ("summary", manifest.summary),
      ("abi", "\(manifest.abi)"),
      ("runtime", manifest.runtime + (manifest.isPinned ? ", pinned to one thread" : "")),
      ("capabilities", manifest.capabilities.joined(separator: ", ")),
      ("needs", manifest.needs.joined(separator: ", ")),
      ("records", manifest.records.joined(separator: ", ")),
      ("file", entry.path),
      ("sha256", entry.file.sha256),
    ]
    if let method = manifest.joinMethod {
      rows.append(("join method", method.name))
      rows += method.config.map { ("  \($0.key)", PluginText.describe($0)) }
    }
    if let verifier = manifest.joinVerifier {
      let generation = verifier.enforcesGeneration ? "enforced" : "logged"
      rows.append(("join verifier", "\(verifier.name), generation \(generation)"))
      if let authority = verifier.authority {
        rows.append(("  authority", authority.type))
      }
    }
    if let output = manifest.output {
      rows.append(("output", output.type + (output.needsDirectory ? ", into folders only" : "")))
      rows += output.config.map { ("  \($0.key)", PluginText.describe($0)) }
    }
    rows += manifest.commands.map { command in
      (
        command.program == .agent ? "command" : "command of tctl",
        "\(command.name): \(command.summary)"
      )
    }
    return "\(manifest.id) \(manifest.version)\n" + PluginText.table(rows)
  }
}
