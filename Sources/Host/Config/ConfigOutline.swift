import Documents

/// What a configuration names: enough to prepare a machine for an agent, not to run one.
struct ConfigOutline: Sendable {
  var joinMethod: String?
  /// Types of outputs, in the order of the file.
  var outputTypes: [String]
  /// Where the agent writes: its storage, then its outputs.
  var destinations: [DestinationSpec]
  var plugins: PluginPolicy
  /// Every absolute path the file holds anywhere.
  var paths: [String]

  init(_ draft: ConfigDraft, paths: [String]) {
    joinMethod = draft.onboarding.joinMethod?.value
    outputTypes = draft.services.map(\.type.value)
    destinations =
      [draft.storage?.value ?? .defaultStorage] + draft.services.compactMap(\.destination?.value)
    plugins = draft.plugins ?? PluginPolicy()
    self.paths = paths
  }

  static func paths(in node: Node) -> [String] {
    if let text = node.string { return text.hasPrefix("/") ? [text] : [] }
    return (node.list ?? node.members?.map(\.value) ?? []).flatMap { paths(in: $0) }
  }
}

extension ConfigOutline {
  /// The folders the agent writes to. A service manager starts it in `/`, which is what a relative path
  /// is relative to.
  var folders: [String] {
    var folders: [String] = []
    for case .directory(let path, _) in destinations {
      let folder = UnitRequest.normalized(path.hasPrefix("/") ? path : "/" + path)
      if !folders.contains(folder) { folders.append(folder) }
    }
    return folders
  }
}
