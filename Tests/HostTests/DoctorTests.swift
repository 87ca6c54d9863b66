import Documents
import Foundation
import PluginHost
import Synchronization
import Testing
import Wire

@testable import Host

/// `doctor`: what it says of an agent on the workbench, and that it leaves everything as it was.
@Suite("Doctor")
struct DoctorTests {
  /// Keeps the rows in their order.
  private final class Notebook: Sendable {
    private let kept = Mutex<[DoctorRow]>([])
    var rows: [DoctorRow] { kept.withLock { $0 } }
    func write(_ row: DoctorRow) { kept.withLock { $0.append(row) } }
    var failed: [String] { rows.filter { $0.outcome == .failed }.map(\.name) }
    subscript(name: String) -> DoctorRow? { rows.first { $0.name == name } }
  }

  /// The same plugin is asked once as the join method, whose section has a pin, and once as the output.
  private static let withoutPin = ["org.example.desk of card-1 pin"]

  private func examine(_ bench: Bench) async throws -> Notebook {
    let notebook = Notebook()
    let doctor = Doctor(clock: bench.clock, log: bench.log.log) { notebook.write($0) }
    await doctor.examine(bench.configuration, try Desk.catalog())
    return notebook
  }

  @Test("makes nothing and joins nothing on a machine on which no agent has run yet")
  func beforeTheFirstStart() async throws {
    try await Bench.with { bench in
      let before = bench.scratch.everything(in: ".")
      let found = try await examine(bench)
      let storage = bench.scratch.path("storage")
      #expect(found["storage"]?.sentence == "\(storage) is not there yet; the agent makes it")
      #expect(found["authority"]?.outcome == .passed)
      #expect(found["stored identity"]?.outcome == .skipped)
      #expect(found["org.example.desk stamp"]?.sentence == "there is no stamp")
      #expect(found.failed == Self.withoutPin)
      #expect(bench.scratch.everything(in: ".") == before)
      #expect(bench.cluster.events.isEmpty)
    }
  }

  @Test("names the identity and who uses the storage while an agent is at work")
  func besideAnAgent() async throws {
    try await Bench.with { bench in
      try await bench.withParts { parts in
        try await parts.keeper.load()
        try await parts.keeper.renew()
        let found = try await examine(bench)
        #expect(found["storage"]?.sentence.contains("in use by process \(getpid())") == true)
        #expect(found["stored identity"]?.outcome == .passed)
        #expect(found["stored identity"]?.sentence.contains("bot robot of example.test") == true)
        #expect(found["authority identity"]?.outcome == .passed)
        #expect(found["org.example.desk stamp"]?.sentence.hasSuffix(" was stamped") == true)
        #expect(found.failed == Self.withoutPin)
      }
    }
  }

  @Test("shows no secret of the configuration, whatever a plugin says")
  func secrets() async throws {
    try await Bench.with { bench in
      let found = try await examine(bench)
      #expect(found["org.example.desk pin"]?.sentence == "[redacted]")
    }
  }

  @Test("warns of an identity of another token, and of one that has ended")
  func otherIdentities() async throws {
    try await Bench.with { bench in
      try await bench.withParts { parts in
        try await parts.keeper.load()
        try await parts.keeper.renew()
      }
      var other = bench
      other.configuration.onboarding?.token = "another"
      let changed = try await examine(other)["stored identity"]
      #expect(changed?.outcome == .warning)
      #expect(changed?.sentence == "the stored one was got with another token")
      bench.clock.advance(86_400 * 2)
      let ended = try await examine(bench)["stored identity"]
      #expect(ended?.outcome == .warning)
      #expect(ended?.remedy == "start the agent: it joins again")
    }
  }

  @Test("finds a storage that others may write to, and an authority that does not answer")
  func failures() async throws {
    try await Bench.with { bench in
      var bench = bench
      try FileManager.default.createDirectory(
        atPath: bench.scratch.path("storage"), withIntermediateDirectories: true)
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o777], ofItemAtPath: bench.scratch.path("storage"))
      bench.configuration.server = .auth(ServerAddress(host: "127.0.0.1", port: 1))
      let found = try await examine(bench)
      #expect(found["storage"]?.outcome == .failed)
      #expect(found["storage"]?.remedy.isEmpty == false)
      #expect(found["authority"]?.outcome == .failed)
      #expect(found["authority"]?.sentence.contains("127.0.0.1:1") == true)
      #expect(try bench.scratch.mode("storage") == 0o777)
    }
  }

  @Test("asks every plugin with the defaults of its manifest where there is no configuration")
  func withoutConfiguration() async throws {
    let scratch = try Scratch()
    let notebook = Notebook()
    let doctor = Doctor(
      clock: ManualClock(), log: LogFile(scratch, isVerbose: false).log
    ) { notebook.write($0) }
    await doctor.examine(try Desk.catalog())
    #expect(
      notebook.rows.map(\.name) == [
        "plugin org.example.desk", "org.example.desk pin", "org.example.desk stamp",
      ])
    let pin = try #require(notebook["org.example.desk pin"])
    #expect(
      pin.text(nameWidth: 22)
        == "FAILED   org.example.desk pin        0 ms  nobody knows the pin\n"
        + "         ask the porter\n")
    #expect(pin.document["outcome"]?.string == "failed")
    #expect(pin.document["remedy"]?.string == "ask the porter")
  }
}
