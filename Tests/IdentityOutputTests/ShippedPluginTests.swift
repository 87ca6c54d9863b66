import Documents
import Foundation
import PluginHost
import Testing

/// Where the build leaves the shared object.
enum ShippedPlugin {
  static let file = Samples.directory.deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "build/plugins/tenon-identity-output.so")
  static let isBuilt = FileManager.default.fileExists(atPath: file.path)
}

/// The shared object that ships, loaded the way the agent loads it.
@Suite(.enabled(if: ShippedPlugin.isBuilt, "run make plugins first"))
struct ShippedPluginTests {
  private struct Silence: PluginLog {
    func isEnabled(_ level: PluginLogLevel) -> Bool { false }
    func write(_ level: PluginLogLevel, _ message: String, _ fields: [(key: String, value: String)])
    {}
  }

  /// An instance out of a plugin directory of its own, as the policy wants it.
  private func instance(_ config: [String: ConfigValue]) async throws -> OutputInstance {
    let directory = FileManager.default.temporaryDirectory
      .appending(path: "tenon-shipped-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(at: directory) }
    try FileManager.default.copyItem(
      at: ShippedPlugin.file, to: directory.appending(path: ShippedPlugin.file.lastPathComponent))
    let catalog = PluginCatalog(directory: directory.path, policy: LoadPolicy(user: getuid()))
    #expect(catalog.refusals.isEmpty)
    let entry = try catalog.output("identity")
    #expect(entry.manifest.output?.config.map(\.key) == ["cluster", "ssh_config", "allow_reissue"])
    return try await OutputInstance(
      try LoadedPlugin(entry), services: InstanceServices(config: config, log: Silence()))
  }

  @Test func itWritesTheGoldenFiles() async throws {
    let output = try await instance(["ssh_config": .text("on"), "allow_reissue": .flag(false)])
    let artifacts = try await output.render(
      credentials: JSON.serialize(try Samples.credentials()))
    let golden = Samples.directory.appending(path: "Golden/directory")
    #expect(
      artifacts.map(\.name).sorted()
        == (try FileManager.default.contentsOfDirectory(atPath: golden.path).sorted()))
    for artifact in artifacts {
      let expected = try Data(contentsOf: golden.appending(path: artifact.name))
      #expect(artifact.content == [UInt8](expected), "\(artifact.name)")
      #expect(artifact.isSecret == ["key", "identity"].contains(artifact.name))
    }
    await output.close()
  }

  @Test func itsPlanFollowsTheConfiguration() async throws {
    let output = try await instance([
      "cluster": .text("leaf.example.com"), "ssh_config": .text("off"),
      "allow_reissue": .flag(true),
    ])
    let requests = try JSON.parse(try await output.plan())["requests"]?.list
    #expect(requests?.first?["cluster"]?.string == "leaf.example.com")
    #expect(requests?.first?["reissuable"]?.bool == true)
    #expect(requests?.count == 5)
    await output.close()
  }

  @Test func itsErrorsArriveWithCodeAndHint() async throws {
    await #expect {
      _ = try await instance(["cluster": .text("a/b")])
    } throws: { error in
      guard let failure = error as? PluginFailure else { return false }
      return failure.code == .invalidConfig
        && failure.message == "cluster: \"a/b\" is no cluster name" && !failure.hint.isEmpty
    }
    let output = try await instance([:])
    await #expect {
      _ = try await output.render(credentials: [0x7B])
    } throws: { error in
      guard let failure = error as? PluginFailure else { return false }
      return failure.code == .invalidArgument
        && failure.message.hasPrefix("the credentials document is malformed: line 1, column 2")
    }
    await output.close()
  }
}
