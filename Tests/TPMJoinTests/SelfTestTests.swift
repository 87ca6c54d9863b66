import Foundation
import PluginKit
import TPMAgent
import Testing

@testable import PluginHost

/// `tenon.self-test/1` of the agent half: true answers, and a TPM left as it was.
@Suite("The self-test of the TPM plugin", .enabled(if: Shipped.isBuilt, "run make plugins first"))
struct SelfTestTests {
  private func answers(_ address: String) async throws -> [SelfTestAnswer] {
    let instance = try await SelfTestInstance(
      try Shipped.plugin.get(),
      services: InstanceServices(config: ["test_tcti": .text(address)], log: LogBook()))
    #expect(
      instance.checks.map(\.name)
        == ["device", "access", "response", "endorsement-key", "attestation-key"])
    var answers: [SelfTestAnswer] = []
    for index in instance.checks.indices {
      answers.append(await instance.ask(index, deadline: .seconds(60)))
    }
    await instance.close()
    return answers
  }

  @Test("on a bare TPM every question has an answer, and nothing stays in it")
  func bare() async throws {
    let tpm = try SoftwareTPM()
    let answers = try await answers(tpm.address)
    #expect(answers.map(\.outcome) == [.warning, .skipped, .passed, .passed, .passed])
    #expect(answers[0].sentence == "test_tcti is set: the TPM is the simulator at \(tpm.address)")
    #expect(answers[3].sentence.hasSuffix(", without a certificate"))
    #expect(answers[4].sentence == "an attestation key was made, certified and flushed")
    #expect(try tpm.loaded == [] && tpm.handles("persistent") == [])
  }

  @Test("a certificate is found and named by its serial")
  func certified() async throws {
    let tpm = try SoftwareTPM(certified: true)
    let kept = try tpm.handles("persistent")
    let answers = try await answers(tpm.address)
    #expect(answers[3].outcome == .passed)
    #expect(answers[3].sentence.contains(", with a certificate of serial "))
    #expect(try tpm.loaded == [] && tpm.handles("persistent") == kept)
  }

  @Test("twenty of them leave no more than one")
  func repeated() async throws {
    let tpm = try SoftwareTPM()
    for _ in 1...20 { #expect(try await answers(tpm.address).allSatisfy { $0.outcome != .failed }) }
    #expect(try tpm.loaded == [] && tpm.handles("persistent") == [])
  }

  @Test("a TPM that answers errors fails once, with the remedy, and is not asked on")
  func broken() async throws {
    let tpm = try SoftwareTPM()
    let failure: [UInt8] = [0x80, 0x01, 0, 0, 0, 10, 0, 0, 0x01, 0x01]
    let relay = try Relay(tpm) { _, command in command == 0x17A ? .replace(failure) : .pass }
    defer { relay.close() }
    let answers = try await answers(relay.address)
    #expect(answers.map(\.outcome) == [.warning, .skipped, .failed, .skipped, .skipped])
    #expect(answers[2].sentence.contains("0x101"))
    #expect(answers[2].remedy == "the TPM is not started or in failure mode; reboot")
    #expect(answers[3].sentence == "not asked, because the TPM cannot be reached")
    #expect(try tpm.loaded == [])
  }

  @Test("a machine without a TPM is told which nodes were looked for")
  func absent() throws {
    let table = HostTable(
      services: InstanceServices(log: LogBook()), manifest: try Shipped.plugin.get().manifest)
    let test = SelfTest(
      host: Host(table.host),
      search: DeviceSearch(classFolder: "/nonexistent", deviceFolder: "/nonexistent"))
    let failure = #expect(throws: PluginError.self) {
      _ = try test.run(.device, watch: .none)
    }
    #expect(
      failure?.message
        == "this machine has no TPM 2.0: there is no /nonexistent/tpmrm0 and no /nonexistent/tpm0")
    let next = try test.run(.attestation, watch: .none)
    #expect(next.sentence == "not asked, because the TPM cannot be reached")
  }
}
