import Synchronization
import Testing

@testable import PluginHost

/// Self-tests: what reaches the operator of what a plugin answers, and what of one that does not.
@Suite struct SelfTestTests {
  private let zoo: Zoo

  init() throws { zoo = try Zoo() }

  private func instance(
    _ animal: String, config: [String: ConfigValue]? = nil, storage: (any RecordStorage)? = nil
  ) async throws -> SelfTestInstance {
    let plugin = try LoadedPlugin(zoo.entry(animal))
    return try await SelfTestInstance(
      plugin,
      services: InstanceServices(
        config: config ?? plugin.manifest.defaults, storage: storage, clock: TickingClock(),
        log: RememberingLog()))
  }

  private func answer(
    _ name: String, of instance: SelfTestInstance, deadline: Duration = .seconds(60)
  ) async throws -> SelfTestAnswer {
    let index = try #require(instance.checks.firstIndex { $0.name == name })
    return await instance.ask(index, deadline: deadline)
  }

  @Test func checksAreListedInTheOrderOfTheTableWithoutRunningOne() async throws {
    let instance = try await instance("self-test")
    #expect(instance.checks.count == 12)
    #expect(instance.checks.first == SelfTestCheck(name: "food", question: "what is to eat?"))
    #expect(instance.checks.last == SelfTestCheck(name: "after", question: "and then?"))
    await instance.close()
  }

  @Test func anInstanceSeesItsConfiguration() async throws {
    let fed = try await instance("self-test", config: ["food": .text("clover")])
    #expect(try await answer("food", of: fed).sentence == "clover")
    await fed.close()
    let plain = try await instance("self-test")
    #expect(try await answer("food", of: plain).sentence == "grass")
    await plain.close()
  }

  struct Expected: Sendable, CustomTestStringConvertible {
    let check: String
    let outcome: SelfTestAnswer.Outcome
    let sentence: String
    let remedy: String
    var testDescription: String { check }

    init(
      _ check: String, _ outcome: SelfTestAnswer.Outcome, _ sentence: String, _ remedy: String = ""
    ) {
      (self.check, self.outcome, self.sentence, self.remedy) = (check, outcome, sentence, remedy)
    }
  }

  private static let defect = "this is a defect of the plugin, report it to its author"

  @Test(arguments: [
    Expected("food", .passed, "grass"),
    Expected("hay", .warning, "the hay is old", "buy hay"),
    Expected("key", .failed, "the key [redacted] does not fit", "file it"),
    Expected("barn", .skipped, "the barn is closed"),
    Expected("water", .failed, "no water", "open the tap"),
    Expected("odd", .failed, "it gave no outcome that is known: 7", defect),
    Expected("mute", .failed, "it gave no reason for its answer", defect),
    Expected("long", .failed, "it wrote a text of more than 512 bytes", defect),
    Expected("write", .failed, "a self-test may not change records", defect),
    Expected("silent", .failed, "failed with code 10 and gave no reason", defect),
    Expected("last", .passed, "back home"),
  ])
  func everyWayToAnswerIsAnAnswer(_ expected: Expected) async throws {
    let records = TestRecords(["den": [1]])
    let instance = try await instance(
      "self-test", config: ["food": .text("grass"), "lock": .secret("hunter2")], storage: records)
    let answer = try await answer(expected.check, of: instance)
    #expect(answer.outcome == expected.outcome)
    #expect(answer.sentence == expected.sentence)
    #expect(answer.remedy == expected.remedy)
    #expect(records.all == ["den": [1]])
    await instance.close()
  }

  @Test func everyCheckIsTimedByTheHostsClock() async throws {
    let instance = try await instance("self-test")
    #expect(try await answer("last", of: instance).duration == .milliseconds(5))
    await instance.close()
  }

  @Test func aCheckThatNeverReturnsIsStuckAndThoseAfterItAreSkipped() async throws {
    let instance = try await instance("self-test-hang")
    #expect(try await answer("food", of: instance).outcome == .passed)
    let stuck = try await answer("last", of: instance, deadline: .milliseconds(10))
    #expect(stuck.outcome == .failed)
    #expect(stuck.sentence == "stuck: it did not return within 0.01 seconds")
    #expect(stuck.remedy == "the plugin is left alone until the process restarts")
    let after = try await answer("after", of: instance)
    #expect(after.outcome == .skipped)
    #expect(after.sentence == "not asked, because an earlier check never returned")
    await instance.close()
    #expect(instance.isStuck)
  }

  @Test func aTableOutOfOrderIsARefusal() async throws {
    let refusal = await #expect(throws: PluginRefusal.self) {
      _ = try await instance("self-test-sizes")
    }
    #expect(refusal?.check == "describe-checks")
    #expect(refusal?.remedy.isEmpty == false)
  }
}

/// Five milliseconds pass between two looks at it.
private final class TickingClock: HostClock {
  private let state = Mutex<UInt64>(0)
  var wallNanoseconds: Int64 { 0 }
  var monotonicNanoseconds: UInt64 {
    state.withLock { now in
      now += 5_000_000
      return now
    }
  }
}
