import Testing

@testable import PluginHost

/// Artifacts as they come over the line: whole, legal and bounded, or none at all.
@Suite struct OutputTests {
  private let zoo: Zoo
  private let plugin: LoadedPlugin

  init() throws {
    zoo = try Zoo()
    plugin = try LoadedPlugin(zoo.entry("artist"))
  }

  private func output(_ config: [String: ConfigValue] = [:]) async throws -> OutputInstance {
    try await OutputInstance(
      plugin, services: InstanceServices(config: config, log: RememberingLog()))
  }

  @Test func aPlanIsWhatThePluginWrites() async throws {
    let output = try await output(["plan": .text("{\"requests\":[]}")])
    #expect(try await output.plan() == Array("{\"requests\":[]}".utf8))
    await output.close()
  }

  @Test func aPlanBeyondItsLimitIsRefused() async throws {
    let output = try await output(["plan": .text(String(repeating: "x", count: 65_537))])
    let failure = await #expect(throws: PluginFailure.self) { try await output.plan() }
    #expect(failure?.message == "it wrote a plan of more than 65536 bytes")
    await output.close()
  }

  @Test func artifactsArriveInOrderWithTheirFlags() async throws {
    let output = try await output()
    let artifacts = try await output.render(credentials: Array("a\nb.pem\nsub/c-d_e".utf8))
    #expect(
      artifacts == [
        Artifact(name: "a", content: [0], isSecret: true),
        Artifact(name: "b.pem", content: [0], isSecret: true),
        Artifact(name: "sub/c-d_e", content: [0], isSecret: true),
      ])
    #expect(try await output.render(credentials: Array("*256".utf8)).count == 256)
    #expect(
      try await output.render(credentials: Array("+1048576".utf8))[0].content.count == 1 << 20)
    await output.close()
  }

  @Test(arguments: [
    ".", "..", "/a", "a/", "a//b", "a/b/c", "../a", "a/..", "a b", "\u{E4}", "a\u{1}",
    String(repeating: "a", count: 256),
  ])
  func aNameThatCouldLeaveItsPlaceIsRefused(_ name: String) async throws {
    let output = try await output()
    let failure = await #expect(throws: PluginFailure.self) {
      try await output.render(credentials: Array("good\n\(name)".utf8))
    }
    #expect(failure?.message == "it rendered a file with an illegal name")
    await output.close()
  }

  @Test(arguments: [
    ("a\na", "it rendered a twice"), ("*257", "it rendered more than 256 files"),
    ("+1048577", "it rendered big with 1048577 bytes, at most 1 MiB is allowed"),
  ])
  func aRenderBeyondItsBoundsIsRefused(_ credentials: String, _ message: String) async throws {
    let output = try await output()
    let failure = await #expect(throws: PluginFailure.self) {
      try await output.render(credentials: Array(credentials.utf8))
    }
    #expect(failure?.message == message)
    #expect(failure?.code == .invalidArgument)
    await output.close()
  }
}
