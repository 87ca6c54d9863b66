import Foundation
import PluginABI
import PluginHost
import PluginKit
import Synchronization
import TPMMessages
import Testing

@testable import TPMAgent

/// TPMs that are slow, silent, shared, or talk nonsense.
@Suite("waiting for a TPM") struct WaitingTests {
  private static let create: UInt32 = 0x153

  @Test(
    "a TPM that does not answer in time leaves the instance stuck, the host free and the TPM empty",
    .enabled(if: Shipped.isBuilt, "run make plugins first"))
  func stuck() async throws {
    let tpm = try SoftwareTPM()
    let gate = DispatchSemaphore(value: 0)
    let released = DispatchSemaphore(value: 0)
    let isHeld = Atomic(false)
    let relay = try Relay(tpm) { _, command in
      guard command == Self.create, !isHeld.exchange(true, ordering: .relaxed) else {
        return .pass
      }
      return .hold {
        gate.wait()
        released.signal()
      }
    }
    defer { relay.close() }
    let instance = try await JoinMethodInstance(
      try Shipped.plugin.get(),
      services: InstanceServices(config: ["test_tcti": .text(relay.address)], log: LogBook()))
    await #expect {
      _ = try await instance.begin(Shipped.parameters, deadline: .milliseconds(800))
    } throws: { error in
      guard let failure = error as? PluginFailure else { return false }
      return failure.code == .timedOut && failure.message.contains("did not return within")
    }
    await #expect {
      _ = try await instance.begin(Shipped.parameters, deadline: .seconds(10))
    } throws: { error in
      guard let failure = error as? PluginFailure else { return false }
      return failure.code == .busy && failure.message.contains("does not answer")
    }
    // The command was never given up: its answer is taken, and what it made goes.
    gate.signal()
    released.wait()
    let (next, _) = try await second(on: relay.address)
    try await next.finish()
    #expect(try tpm.loaded == [])
  }

  /// A join that gets its turn when the device is free again.
  private func second(on address: String) async throws -> (any Agent, [UInt8]) {
    let agent = try await Build.shipped.agent(address: address)
    return (agent, try await agent.begin())
  }

  @Test(
    "two joins of one process take turns at one TPM",
    .enabled(
      if: Shipped.isBuilt, "run make plugins first"))
  func turns() async throws {
    let tpm = try SoftwareTPM()
    let first = try await Build.shipped.agent(tpm)
    let message = try await first.begin()
    async let other = { () async throws -> [UInt8] in
      let agent = try await Build.shipped.agent(tpm)
      let message = try await agent.begin()
      await agent.abort()
      return message
    }()
    let challenge = try CredentialMaker(tpm, initMessage: message).challenge(
      hiding: CeremonyTests.secret)
    let (_, solution) = try await first.step(5, challenge)
    #expect(try CredentialSolution(parsing: solution).secret == CeremonyTests.secret)
    try await first.finish()
    #expect(try await other != message)
    #expect(try tpm.loaded == [])
  }

  @Test("who waits for a turn says what for, and gives up when the host does")
  func waitingForATurn() throws {
    let held = try DeviceClaim("/dev/of-this-test", .none)
    let patience = Patience()
    #expect {
      try patience.lend { watch in _ = try DeviceClaim("/dev/of-this-test", watch) }
    } throws: { ($0 as? PluginError)?.code == TENON_CANCELLED }
    #expect(
      patience.lines.first
        == "waiting for /dev/of-this-test, which another join of this process uses")
    _ = try DeviceClaim("/dev/another-of-this-test", .none)
    withExtendedLifetime(held) {}
    _ = consume held
    _ = try DeviceClaim("/dev/of-this-test", .none)
  }

  @Test("nonsense from a TPM is an error, at every command", arguments: Build.available)
  func nonsense(build: Build) async throws {
    let tpm = try SoftwareTPM()
    let count = try await commandsOfABegin(build, tpm)
    let answers: [[UInt8]] = [
      [0x80, 1, 0, 0, 0, 10, 0, 0, 0, 0], [0x80, 2, 0, 0, 0, 10, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [0x80, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0],
      [0x80, 1, 0, 0, 0, 10, 0, 0, 1, 1],
    ]
    for number in 1...count {
      for answer in [answers[number % 5], answers[(number + 2) % 5]] {
        let relay = try Relay(tpm) { seen, _ in seen == number ? .replace(answer) : .pass }
        defer { relay.close() }
        let agent = try await build.agent(address: relay.address)
        do {
          _ = try await agent.begin()
          await agent.abort()
        } catch let failure as PluginFailure {
          #expect(!failure.message.isEmpty && failure.code != .internalError, "\(failure)")
        }
      }
    }
    let agent = try await build.agent(tpm)
    _ = try await agent.begin()
    await agent.abort()
    #expect(try tpm.loaded == [])
  }

  /// How many commands the first half of a join sends to a TPM that has been set up.
  private func commandsOfABegin(_ build: Build, _ tpm: SoftwareTPM) async throws -> Int {
    let relay = try Relay(tpm)
    defer { relay.close() }
    let first = try await build.agent(tpm)
    _ = try await first.begin()
    await first.abort()
    let agent = try await build.agent(address: relay.address)
    _ = try await agent.begin()
    let count = relay.commands.count
    await agent.abort()
    return count
  }

  @Test("a connection that breaks is an error, and the next join works", arguments: Build.available)
  func broken(build: Build) async throws {
    let tpm = try SoftwareTPM()
    for number in [1, 3, 6, 9] {
      let relay = try Relay(tpm) { seen, _ in seen == number ? .cut {} : .pass }
      defer { relay.close() }
      let agent = try await build.agent(address: relay.address)
      await #expect {
        _ = try await agent.begin()
      } throws: { ($0 as? PluginFailure)?.code == .unavailable }
    }
    let agent = try await build.agent(tpm)
    _ = try await agent.begin()
    await agent.abort()
    #expect(try tpm.loaded == [])
  }
}
