import Testing

@testable import PluginHost

/// Allowances as a plugin writes them, on both sides, also when it means no good.
@Suite("Allowances that a plugin boasts of")
struct BoasterTests {
  /// Who is asked: the agent's half or the authority's.
  enum Half: CaseIterable, Sendable { case held, granted }

  private let zoo: Zoo

  init() throws { zoo = try Zoo() }

  private func ask(_ half: Half, _ boast: String, _ plugin: LoadedPlugin) async throws
    -> [Allowance]
  {
    switch half {
    case .held:
      let method = try await JoinMethodInstance(
        plugin, services: InstanceServices(config: ["boast": .text(boast)], log: RememberingLog()))
      do {
        let allowances = try await method.allowances()
        await method.close()
        return allowances
      } catch {
        // A boast costs the method nothing else.
        #expect(!method.isStuck)
        _ = try await method.begin(.zoo, deadline: .seconds(60))
        await method.abort()
        await method.close()
        throw error
      }
    case .granted:
      let verifier = try await JoinVerifierInstance(
        plugin, services: InstanceServices(log: RememberingLog()))
      do {
        let allowances = try await verifier.allowances(spec: Array(boast.utf8), status: [])
        await verifier.close()
        return allowances
      } catch {
        await verifier.close()
        throw error
      }
    }
  }

  @Test("are read on both sides", arguments: Half.allCases)
  func good(_ half: Half) async throws {
    let plugin = try LoadedPlugin(zoo.entry("boaster"))
    #expect(
      try await ask(half, "good", plugin) == [
        Allowance(name: "feathers", used: 1, limit: 3),
        Allowance(name: "eggs", used: 0, limit: nil),
      ])
    #expect(try await ask(half, "most", plugin).map(\.left) == [.max])
    let eight = try await ask(half, "eight", plugin)
    #expect(eight.count == 8 && eight.allSatisfy { $0.name.utf8.count == 32 })
  }

  @Test(
    "that cannot be are refused with the plugin's name and nothing of them",
    arguments: Half.allCases)
  func nonsense(_ half: Half) async throws {
    let plugin = try LoadedPlugin(zoo.entry("boaster"))
    let boasts = [
      "silent", "deep", "bytes", "lines", "quotes", "too much", "infinite", "less than none",
      "nine",
    ]
    for boast in boasts {
      let failure = await #expect(throws: PluginFailure.self, "\(boast)") {
        try await ask(half, boast, plugin)
      }
      #expect(failure?.code == .internalError, "\(boast)")
      #expect(failure?.message == "it wrote allowances that make no sense", "\(boast)")
      #expect(failure?.pluginID == "org.example.zoo")
    }
  }

  @Test("that are too long are cut off and refused", arguments: Half.allCases)
  func tooLong(_ half: Half) async throws {
    let plugin = try LoadedPlugin(zoo.entry("boaster"))
    for boast in ["endless", "crumbs", "nowhere", "longer than memory"] {
      let failure = await #expect(throws: PluginFailure.self, "\(boast)") {
        try await ask(half, boast, plugin)
      }
      #expect(failure?.message == "it wrote allowances of more than 4096 bytes", "\(boast)")
    }
  }

  @Test("that end in an error are none, whatever was written before", arguments: Half.allCases)
  func torn(_ half: Half) async throws {
    let plugin = try LoadedPlugin(zoo.entry("boaster"))
    let torn = await #expect(throws: PluginFailure.self) { try await ask(half, "torn", plugin) }
    #expect(torn?.message == "lost count")
    let other = await #expect(throws: PluginFailure.self) { try await ask(half, "", plugin) }
    #expect(other?.pluginID == "org.example.zoo")
  }

  @Test(
    "need the function of each capability of the plugin",
    arguments: ["boaster-no-held", "boaster-no-granted"])
  func slots(_ animal: String) throws {
    let plugin = try LoadedPlugin(zoo.entry(animal))
    let refusal = #expect(throws: PluginRefusal.self) { try AllowanceTable(of: plugin) }
    #expect(refusal?.check == "describe-slots")
    #expect(refusal?.reason.contains("leaves a function of tenon.allowances/1 out") == true)
  }

  @Test("need a whole table")
  func table() throws {
    let plugin = try LoadedPlugin(zoo.entry("boaster-short"))
    let refusal = #expect(throws: PluginRefusal.self) { try AllowanceTable(of: plugin) }
    #expect(refusal?.reason.contains("tenon.allowances/1") == true)
  }

  @Test("are none for a plugin that does not offer them")
  func absent() async throws {
    let plugin = try LoadedPlugin(zoo.entry("good"))
    #expect(try await ask(.held, "good", plugin).isEmpty)
    let gatekeeper = try LoadedPlugin(zoo.entry("gatekeeper"))
    #expect(try await ask(.granted, "good", gatekeeper).isEmpty)
  }
}
