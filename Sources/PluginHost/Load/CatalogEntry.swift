import PluginABI

/// A plugin file whose policy and manifest have been checked and whose code has not run.
public struct CatalogEntry: Sendable {
  public let manifest: PluginManifest
  public let file: PluginFile

  public var path: String { file.path }

  /// Reads one file by its absolute path.
  public init(path: String, policy: LoadPolicy) throws(PluginRefusal) {
    let file = try PluginFile(path: path, policy: policy)
    self.manifest = try Self.readManifest(file)
    self.file = file
  }

  static func readManifest(_ file: PluginFile) throws(PluginRefusal) -> PluginManifest {
    let path = file.path
    do {
      let image = try ELFImage(file.bytes)
      let notes = try image.notes(owner: TENON_MANIFEST_OWNER, type: TENON_MANIFEST_TYPE)
      guard notes.count == 1 else {
        throw PluginRefusal(
          check: "manifest-note", path: path,
          reason: notes.isEmpty
            ? "carries no Tenon manifest" : "carries \(notes.count) Tenon manifests",
          remedy: "build it with one TENON_MANIFEST(...), see tenon/manifest.h")
      }
      var parser = ManifestParser()
      guard let manifest = parser.parse(notes[0]) else {
        throw PluginRefusal(
          check: "manifest-json", path: path,
          reason: "has a faulty manifest: " + parser.problems.joined(separator: "; "),
          remedy: "correct the manifest, see tenon/manifest.h")
      }
      try checkABI(manifest.abi, path: path)
      try checkDynamic(try image.dynamic(), image: image, path: path)
      return manifest
    } catch let refusal as PluginRefusal {
      throw refusal
    } catch {
      let reason = (error as? ELFImage.Malformed)?.description ?? "\(error)"
      throw PluginRefusal(check: "file-elf", path: path, reason: reason)
    }
  }

  static func checkABI(_ abi: ABIVersion, path: String) throws(PluginRefusal) {
    let host = ABIVersion(major: TENON_ABI_MAJOR, minor: TENON_ABI_MINOR)
    let suits =
      abi.major == host.major
      && (host.major == 0 ? abi.minor == host.minor : abi.minor <= host.minor)
    guard suits else {
      throw PluginRefusal(
        check: "manifest-abi", path: path,
        reason: "was built for plugin ABI \(abi), this host has \(host)",
        remedy: "install the build of the plugin that belongs to this version of Tenon")
    }
  }

  private static func checkDynamic(
    _ dynamic: ELFImage.Dynamic, image: ELFImage, path: String
  ) throws(PluginRefusal) {
    func refuse(_ check: String, _ reason: String, _ remedy: String) -> PluginRefusal {
      PluginRefusal(check: check, path: path, reason: reason, remedy: remedy)
    }
    if dynamic.hasTextRelocations {
      throw refuse("file-textrel", "has text relocations", "compile it with -fPIC")
    }
    if image.hasExecutableStack {
      throw refuse("file-stack", "asks for an executable stack", "link it with -z noexecstack")
    }
    if let library = dynamic.needed.first(where: { !LoadPolicy.allows(library: $0) }) {
      throw refuse(
        "file-needed", "needs the library \(library)",
        "link it statically or use a host service in its place")
    }
    if let runPath = dynamic.runPath, !runPath.isEmpty {
      throw refuse("file-runpath", "has the run path \(runPath)", "link it without -rpath")
    }
    let exports = dynamic.exports.filter { !["_init", "_fini"].contains($0) }
    guard exports == ["tenon_module_open"] else {
      let extra = exports.filter { $0 != "tenon_module_open" }
      throw extra.isEmpty
        ? refuse("file-exports", "does not export tenon_module_open", "see tenon/module.h")
        : refuse(
          "file-exports",
          "exports \(extra.prefix(3).joined(separator: ", ")) beside tenon_module_open",
          "link it with a version script that keeps everything else local")
    }
  }
}
