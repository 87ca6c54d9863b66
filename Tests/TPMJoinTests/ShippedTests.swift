import Foundation
import PluginHost
import Testing

/// The shared object as a file.
@Suite("the TPM plugin that ships", .enabled(if: Shipped.isBuilt, "run make plugins first"))
struct ShippedTests {
  private func needed(_ path: String) throws -> [String] {
    String(decoding: try Tool.run("readelf", ["-d", path]), as: UTF8.self)
      .split(separator: "\n").filter { $0.contains("(NEEDED)") }
      .compactMap { $0.split(separator: "[").last.map { String($0.dropLast()) } }
  }

  @Test("it needs the TPM stack, libcrypto and libc, is small, and exports one symbol")
  func file() throws {
    let libraries = try needed(Shipped.path)
    #expect(
      libraries.allSatisfy {
        $0.hasPrefix("libtss2-") || ["libcrypto.so.3", "libc.so.6"].contains($0)
      }, "\(libraries)")
    #expect(!libraries.contains { $0.contains("swtpm") || $0.contains("tctildr") })
    let size = try FileManager.default.attributesOfItem(atPath: Shipped.path)[.size] as? Int
    #expect(try #require(size) <= 150_000)
    let symbols = try Tool.run("nm", ["-D", "--defined-only", Shipped.path])
    #expect(String(decoding: symbols, as: UTF8.self).split(separator: "\n").count == 1)
  }

  @Test("no other plugin needs the TPM stack")
  func others() throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: Shipped.folder.path)
    where name.hasSuffix(".so") && name != Shipped.name {
      let libraries = try needed(Shipped.folder.appending(path: name).path)
      #expect(!libraries.contains { $0.contains("tss2") }, "\(name) needs \(libraries)")
    }
  }

  @Test("its manifest declares the method, the device and the test key, and no records")
  func manifest() async throws {
    try await Shipped.withCatalog { catalog in
      #expect(catalog.refusals.isEmpty, "\(catalog.refusals)")
      let manifest = try #require(catalog.plugins.first).manifest
      #expect(manifest.joinMethod?.name == "tpm" && manifest.joinMethod?.initField == 10)
      #expect(manifest.joinMethod?.config.map(\.key) == ["test_tcti"])
      #expect(manifest.isPinned && manifest.needs == ["tpm"] && manifest.records.isEmpty)
      #expect(manifest.commands.map(\.name) == ["tpm identify"])
    }
  }

  @Test("instances side by side, made and closed again and again, need no TPM")
  func instances() async throws {
    let plugin = try Shipped.plugin.get()
    for _ in 0..<50 {
      let first = try await JoinMethodInstance(plugin, services: InstanceServices(log: LogBook()))
      let second = try await JoinMethodInstance(plugin, services: InstanceServices(log: LogBook()))
      await first.close()
      await second.close()
    }
  }
}
