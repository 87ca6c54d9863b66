public import Documents
import PluginABI

/// What a file says of itself, also when the host would refuse it. Runs none of its code.
public struct PluginInspection: Sendable {
  /// Nil when nothing readable is there.
  public let entry: CatalogEntry?
  /// Why the host would not load the file; nil when it would.
  public let refusal: PluginRefusal?

  /// - Parameter path: absolute path of the file.
  public init(path: String, policy: LoadPolicy) {
    var list = CheckList(path: path)
    entry = CatalogEntry.examine(path: path, policy: policy, &list)
    refusal = list.refusal
  }
}

extension CatalogEntry {
  /// The manifest as its author wrote it.
  public var manifestDocument: Node? {
    guard let image = try? ELFImage(file.bytes),
      let note = try? image.notes(owner: TENON_MANIFEST_OWNER, type: TENON_MANIFEST_TYPE).first
    else { return nil }
    return try? JSON.parse(note)
  }
}
