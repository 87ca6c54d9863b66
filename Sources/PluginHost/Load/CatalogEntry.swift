import PluginABI

/// A plugin file whose policy and manifest have been checked and whose code has not run.
public struct CatalogEntry: Sendable {
  public let manifest: PluginManifest
  public let file: PluginFile

  public var path: String { file.path }

  /// Reads one file by its absolute path.
  public init(path: String, policy: LoadPolicy) throws(PluginRefusal) {
    var list = CheckList(path: path)
    let found = Self.examine(path: path, policy: policy, &list)
    if let refusal = list.refusal { throw refusal }
    guard let found else {
      throw PluginRefusal(check: "file-read", path: path, reason: "cannot be read")
    }
    self = found
  }

  private init(manifest: PluginManifest, file: PluginFile) {
    self.manifest = manifest
    self.file = file
  }

  /// Asks everything that can be asked without running code. Nil when the answers leave no manifest;
  /// an entry may come with failures, which `list` holds.
  static func examine(
    path: String, policy: LoadPolicy, _ list: inout CheckList
  ) -> CatalogEntry? {
    guard let file = PluginFile(path: path, policy: policy, &list) else { return nil }
    let image: ELFImage
    do throws(ELFImage.Malformed) {
      image = try ELFImage(file.bytes)
      list.pass("file-elf", "is a shared object for this processor")
    } catch {
      list.fail("file-elf", error.description, "install the build for this machine")
      return nil
    }
    var manifestList = CheckList(path: path)
    let manifest = ManifestChecks.run(image, &manifestList)
    var imageList = CheckList(path: path)
    ImageChecks.run(image, &imageList)
    // What is no plugin at all should hear that first, so its manifest is judged before its symbols.
    list.append(manifestList)
    list.append(imageList)
    return manifest.map { CatalogEntry(manifest: $0, file: file) }
  }
}
