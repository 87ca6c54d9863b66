import Foundation
import Testing

@testable import PluginHost

/// `plugin validate`: every row of every animal, with its code kept in a child.
@Suite struct ValidatorTests {
  private let zoo: Zoo

  init() throws { zoo = try Zoo() }

  private func rows(
    _ path: String, deadline: Duration = .seconds(60)
  ) throws -> [ValidationRow] {
    PluginValidator(policy: zoo.policy, child: [try Zoo.probe()], deadline: deadline)
      .validate(path)
  }

  private func failures(_ animal: String, deadline: Duration = .seconds(60)) throws
    -> [ValidationRow]
  {
    try rows(zoo.build(animal), deadline: deadline).filter { $0.outcome == .failed }
  }

  @Test func aPluginWithoutFaultsPassesEveryCheck() throws {
    let rows = try rows(zoo.build("good"))
    #expect(rows.filter { $0.outcome != .passed } == [])
    #expect(
      rows.map(\.check) == [
        "file-parent", "file-kind", "file-owner", "file-mode", "file-size", "file-pin", "file-elf",
        "manifest-note", "manifest-json", "manifest-abi", "file-dynamic", "file-textrel",
        "file-stack", "file-needed", "file-runpath", "file-exports", "file-binding",
        "file-nodelete", "open-load", "open-refused", "open-again", "open-sizes", "open-major",
        "open-traces", "describe-manifest", "describe-slots", "describe-size",
        "describe-capability", "describe-checks", "describe-unknown", "describe-commands",
        "instance-create",
      ])
    #expect(rows.allSatisfy { !$0.sentence.isEmpty && $0.remedy.isEmpty })
  }

  struct Fault: Sendable, CustomTestStringConvertible {
    let animal: String
    let check: String
    let sentence: String
    var testDescription: String { animal }

    init(_ animal: String, _ check: String, _ sentence: String) {
      (self.animal, self.check, self.sentence) = (animal, check, sentence)
    }
  }

  @Test(arguments: [
    Fault("lazy-binding", "file-binding", "leaves its relocations writable"),
    Fault("undefined-symbol", "open-load", "cannot be loaded: undefined symbol: zoo_feed"),
    Fault("silent-open", "open-refused", "returned no module and no reason"),
    Fault("careless-open", "open-major", "opens for a host of another major version"),
    Fault("fickle-open", "open-again", "gives another module when it is opened again"),
    Fault("thread-in-open", "open-traces", "leaves behind a thread"),
    Fault("crash-in-open", "open-refused", "crashed with SIGILL"),
    Fault("exit-in-open", "open-refused", "ended the process with exit code 0"),
    Fault("other-version", "describe-manifest", "does not describe itself as its manifest does"),
    Fault("no-capability-function", "describe-slots", "has no get_capability function"),
    Fault("null-slot", "describe-slots", "leaves a function of tenon.join-method/1 out"),
    Fault(
      "small-table", "describe-size",
      "has a tenon.join-method/1 table of 24 bytes, at least 56 are needed"),
    Fault(
      "missing-capability", "describe-capability",
      "does not have the capability tenon.join-method/1 its manifest names"),
    Fault("eager-capability", "describe-unknown", "offers a capability nobody has defined"),
    Fault("crash-in-create", "instance-create", "crashed with SIGSEGV"),
    Fault(
      "self-test-sizes", "describe-checks",
      "has checks of different sizes: 24 and 25 bytes"),
    Fault("self-test-short", "describe-checks", "has checks of 16 bytes each, 24 are needed"),
    Fault("self-test-twins", "describe-checks", "has a check with an illegal or repeated name"),
    Fault(
      "self-test-many", "describe-checks", "has a table of 33 checks, 1 to 32 are allowed"),
    Fault(
      "self-test-small-table", "describe-size",
      "has a tenon.self-test/1 table of 16 bytes, at least 40 are needed"),
    Fault("self-test-crash", "instance-create", "crashed with SIGSEGV"),
    Fault("silent-create", "instance-create", "failed with code 4 and gave no reason"),
    Fault("empty-create", "instance-create", "created no instance and gave no reason"),
  ])
  func aFaultIsOneFailedRow(_ fault: Fault) throws {
    let failed = try failures(fault.animal)
    #expect(failed.map(\.check) == [fault.check])
    #expect(failed.map(\.sentence) == [fault.sentence])
    #expect(failed.allSatisfy { !$0.remedy.isEmpty })
  }

  @Test func aPluginThatNeverReturnsIsGivenUp() throws {
    let rows = try rows(zoo.build("hang-in-open"), deadline: .seconds(2))
    let failed = rows.filter { $0.outcome == .failed }
    #expect(failed.map(\.sentence) == ["did not return within 2.0 seconds"])
    #expect(rows.filter { $0.outcome == .skipped }.map(\.check).contains("instance-create"))
  }

  @Test func everyFaultOfAFileIsARow() throws {
    let path = try zoo.build("extra-export")
    try zoo.chmod(path, 0o777)
    let rows = try rows(path)
    #expect(rows.filter { $0.outcome == .failed }.map(\.check) == ["file-mode", "file-exports"])
    #expect(rows.filter { $0.outcome == .skipped }.map(\.check) == PluginProbe.checks)
  }

  @Test func aChildThatDoesNotStartIsAFailedRow() throws {
    let validator = PluginValidator(policy: zoo.policy, child: ["/nonexistent/probe"])
    let row = try #require(
      try validator.validate(zoo.build("good")).first { $0.outcome == .failed })
    #expect(
      row.sentence
        == "could not be asked: /nonexistent/probe does not start: No such file or directory")
  }

  private static let shipped = ProcessInfo.processInfo.environment["TENON_TEST_PLUGINS"]

  @Test(.enabled(if: shipped != nil, "needs build/plugins: scripts/build-plugins.sh"))
  func thePluginsThatShipPassEveryCheck() throws {
    let folder = try #require(Self.shipped)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".so") }
    #expect(!names.isEmpty)
    for name in names {
      let copy = zoo.path(name)
      try FileManager.default.copyItem(atPath: folder + "/" + name, toPath: copy)
      try zoo.chmod(copy, 0o644)
      #expect(try rows(copy).filter { $0.outcome != .passed } == [], "\(name)")
    }
  }

  @Test func reportsThatAreNoneAreIgnored() {
    #expect(ProbeReport(Array("{\"began\":\"open-load\"}".utf8)) == .began("open-load"))
    #expect(ProbeReport(Array("{\"began\":\"rm -rf\"}".utf8)) == nil)
    #expect(ProbeReport(Array("garbage".utf8)) == nil)
    let row = ValidationRow(
      check: "open-load", outcome: .failed, sentence: "a\u{1B}[31mb", remedy: "")
    var clean = row
    clean.sentence = "a [31mb"
    #expect(ProbeReport(Array(ProbeReport.row(row).line.dropLast())) == .row(clean))
  }
}
