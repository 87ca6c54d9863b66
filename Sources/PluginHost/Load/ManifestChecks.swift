import PluginABI

/// The `manifest-*` checks of one image.
enum ManifestChecks {
  static func run(_ image: ELFImage, _ list: inout CheckList) -> PluginManifest? {
    let notes: [[UInt8]]
    do throws(ELFImage.Malformed) {
      notes = try image.notes(owner: TENON_MANIFEST_OWNER, type: TENON_MANIFEST_TYPE)
    } catch {
      list.fail("manifest-note", error.description, "build it anew, see tenon/manifest.h")
      return nil
    }
    guard notes.count == 1 else {
      list.fail(
        "manifest-note",
        notes.isEmpty ? "carries no Tenon manifest" : "carries \(notes.count) Tenon manifests",
        "build it with one TENON_MANIFEST(...), see tenon/manifest.h")
      return nil
    }
    list.pass("manifest-note", "carries one manifest of \(notes[0].count) bytes")
    var parser = ManifestParser()
    guard let manifest = parser.parse(notes[0]) else {
      list.fail(
        "manifest-json", "has a faulty manifest: " + parser.problems.joined(separator: "; "),
        "correct the manifest, see tenon/manifest.h")
      return nil
    }
    list.pass("manifest-json", "describes \(manifest.id) \(manifest.version)")
    let host = ABIVersion(major: TENON_ABI_MAJOR, minor: TENON_ABI_MINOR)
    let suits =
      manifest.abi.major == host.major
      && (host.major == 0 ? manifest.abi.minor == host.minor : manifest.abi.minor <= host.minor)
    list.expect(
      "manifest-abi", "was built for plugin ABI \(manifest.abi), which this host has",
      or: suits
        ? nil
        : (
          "was built for plugin ABI \(manifest.abi), this host has \(host)",
          "install the build of the plugin that belongs to this version of Tenon"
        ))
    return manifest
  }
}
