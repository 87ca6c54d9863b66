import Foundation
import Synchronization
import Testing

@testable import PluginHost

/// Calls of instances: whose turn it is, what happens to late ones, and what never reaches a plugin.
@Suite struct RuntimeTests {
  private let zoo: Zoo

  init() throws { zoo = try Zoo() }

  private func instance(_ animal: String) async throws -> JoinMethodInstance {
    try await JoinMethodInstance(
      LoadedPlugin(zoo.entry(animal)), services: InstanceServices(log: RememberingLog()))
  }

  private func begun(_ animal: String) async throws -> JoinMethodInstance {
    let instance = try await instance(animal)
    #expect(try await instance.begin(.zoo, deadline: .seconds(60)) == Array("token".utf8))
    return instance
  }

  private static func failure(
    _ instance: JoinMethodInstance, field: UInt32 = 99, message: [UInt8] = [],
    deadline: Duration = .seconds(60)
  ) async throws -> PluginFailure {
    try await #require(throws: PluginFailure.self) {
      _ = try await instance.step(field: field, message: message, deadline: deadline)
    }
  }

  @Test func aWholeJoinRunsAndAnotherAfterIt() async throws {
    let instance = try await begun("good")
    for round in 1...8 as ClosedRange<UInt32> {
      let answer = try await instance.step(
        field: round, message: [UInt8(round)], deadline: .seconds(60))
      #expect(answer.field == round + 1)
      #expect(answer.message == [UInt8(round)])
    }
    try await instance.finish(result: [1], deadline: .seconds(60))
    _ = try await instance.begin(.zoo, deadline: .seconds(60))
    await instance.abort()
    await instance.close()
    #expect(try await Self.failure(instance).code == .cancelled)
  }

  @Test func aNinthRoundIsRefused() async throws {
    let instance = try await begun("good")
    for _ in 1...8 { _ = try await instance.step(field: 1, message: [], deadline: .seconds(60)) }
    #expect(try await Self.failure(instance).message == "the join takes more than 8 rounds")
    await instance.close()
  }

  @Test func aCallThatNeverReturnsLeavesTheInstanceStuck() async throws {
    let instance = try await begun("hang-in-step")
    let late = try await Self.failure(instance, deadline: .milliseconds(10))
    #expect(late.code == .timedOut)
    #expect(late.message == "did not return within 0.01 seconds")
    #expect(instance.isStuck)
    let later = try await Self.failure(instance)
    #expect(later.code == .busy)
    #expect(
      later.description == "org.example.zoo: does not answer: an earlier call never returned; "
        + "restart the process; if it happens again, report it to the plugin's author")
    await instance.abort()
    await instance.close()
    let other = try await begun("good")
    #expect(!other.isStuck)
    await other.close()
  }

  @Test func aCallWhoseTurnNeverCameIsTakenBack() async throws {
    let thread = InstanceThread(pluginID: "org.example.zoo", progress: { _ in })
    let gate = Semaphore()
    let entered = Semaphore()
    let first = Task {
      try await thread.run(deadline: .seconds(60)) { _ throws(PluginFailure) in
        entered.signal()
        gate.wait()
        return "first"
      }
    }
    await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
      Thread.detachNewThread {
        entered.wait()
        done.resume()
      }
    }
    let ran = Atomic(false)
    let failure = await #expect(throws: PluginFailure.self) {
      try await thread.run(deadline: .milliseconds(10)) { _ throws(PluginFailure) in
        ran.store(true, ordering: .sequentiallyConsistent)
      }
    }
    #expect(failure?.message == "had no time for this call within 0.01 seconds")
    #expect(!thread.isStuck)
    gate.signal()
    #expect(try await first.value == "first")
    let third = try await thread.run(deadline: .seconds(60)) { _ throws(PluginFailure) in "third" }
    #expect(third == "third")
    let didRun = ran.load(ordering: .sequentiallyConsistent)
    #expect(!didRun)
    thread.close()
  }

  @Test func aCancelledCallIsToldToStop() async throws {
    let instance = try await begun("errands")
    let waiting = Task { try await Self.failure(instance, field: 11) }
    waiting.cancel()
    let stopped = try await waiting.value
    #expect(stopped.code == .cancelled)
    #expect(stopped.message == "told to stop")
    #expect(stopped.retry == .later)
    #expect(!instance.isStuck)
    await instance.close()
  }

  @Test func aCallPastItsDeadlineIsToldToStop() async throws {
    let instance = try await begun("errands")
    #expect(try await Self.failure(instance, field: 11, deadline: .zero).message == "told to stop")
    await instance.close()
  }

  @Test func allCallsOfAnInstanceRunOnOneThreadOfItsOwn() async throws {
    let (first, second) = (try await begun("errands"), try await begun("errands"))
    var seen: [Set<String>] = []
    for instance in [first, second] {
      var threads: Set<String> = []
      for _ in 1...5 {
        let answer = try await instance.step(field: 1, message: [], deadline: .seconds(60))
        threads.insert(String(decoding: answer.message, as: UTF8.self))
      }
      seen.append(threads)
    }
    #expect(seen.map(\.count) == [1, 1])
    #expect(seen[0].isDisjoint(with: seen[1]))
    await first.close()
    await second.close()
  }

  @Test func callsInTheWrongOrderNeverReachThePlugin() async throws {
    let instance = try await instance("good")
    #expect(try await Self.failure(instance).message == "the host called step without a session")
    let finish = await #expect(throws: PluginFailure.self) {
      try await instance.finish(result: [], deadline: .seconds(60))
    }
    #expect(finish?.message == "the host called finish without a session")
    await instance.abort()
    _ = try await instance.begin(.zoo, deadline: .seconds(60))
    let begin = await #expect(throws: PluginFailure.self) {
      _ = try await instance.begin(.zoo, deadline: .seconds(60))
    }
    #expect(begin?.message == "the host called begin while a session is open")
    await instance.close()
  }

  @Test func aMessageBeyondTheLimitIsRefusedInBothDirections() async throws {
    let instance = try await begun("good")
    let most = [UInt8](repeating: 7, count: 65_536)
    let answer = try await instance.step(field: 1, message: most, deadline: .seconds(60))
    #expect(answer.message == most)
    #expect(
      try await Self.failure(instance, message: most + [7]).message
        == "the authority sent a message of 65537 bytes, at most 65536 are allowed")
    await instance.close()
    let babbler = try await begun("big-message")
    let failure = try await Self.failure(babbler)
    #expect(failure.code == .invalidArgument)
    #expect(failure.message == "it wrote a message of more than 65536 bytes")
    await babbler.close()
  }

  @Test func aFailureIsShownCleanAndWithTheIdOfItsPlugin() async throws {
    let instance = try await begun("errands")
    #expect(
      try await Self.failure(instance, field: 13).description
        == "org.example.zoo: tail ä and  [31m red; look away")
    #expect(try await Self.failure(instance, field: 12).message == "answered with field 0")
    let unknown = try await Self.failure(instance, field: 14)
    #expect(unknown.code == .internalError)
    #expect(unknown.message == "failed with code 77 and gave no reason")
    await instance.close()
  }

  @Test(arguments: [
    ("silent-create", "failed with code 4 and gave no reason"),
    ("empty-create", "created no instance and gave no reason"),
  ])
  func anInstanceThatDoesNotStartSaysSo(_ animal: String, _ message: String) async throws {
    let failure = await #expect(throws: PluginFailure.self) { try await instance(animal) }
    #expect(failure?.message == message)
    #expect(failure?.hint == PluginFailure.defectHint)
  }

  @Test(arguments: [
    ("null-slot", "describe-slots"), ("small-table", "describe-size"),
    ("missing-capability", "describe-capability"),
  ])
  func aTableThatIsNotWholeIsRefused(_ animal: String, _ check: String) async throws {
    let refusal = await #expect(throws: PluginRefusal.self) { try await instance(animal) }
    #expect(refusal?.check == check)
  }
}
