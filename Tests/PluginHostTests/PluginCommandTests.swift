import Documents
import Foundation
import Testing

@testable import Host
@testable import PluginHost

/// `plugin list`, `plugin inspect` and `plugin validate` as an operator meets them.
@Suite struct PluginCommandTests {
  private let zoo: Zoo

  init() throws { zoo = try Zoo() }

  private final class Transcript {
    var out = ""
    var err = ""
  }

  private func run(_ arguments: String...) throws -> (out: String, err: String, code: Int32) {
    answer(to: arguments)
  }

  private func answer(to words: [String]) -> (out: String, err: String, code: Int32) {
    let seen = Transcript()
    let command = PluginCommand(
      out: { seen.out += $0 }, err: { seen.err += $0 }, policy: zoo.policy, child: [Self.probe])
    let code = command.run(words)
    return (seen.out, seen.err, code)
  }

  private static let probe = (try? Zoo.probe()) ?? ""

  private func json(_ text: String) throws -> Node { try JSON.parse(Array(text.utf8)) }

  @Test func theListShowsPluginsAndRefusals() throws {
    let good = try zoo.build("good")
    let bad = try zoo.build("extra-export")
    let digest = try CatalogEntry(path: good, policy: zoo.policy).file.sha256
    let answer = try run("list", "--plugin-dir", zoo.directory)
    #expect(answer.code == 0)
    #expect(answer.err == "")
    #expect(
      answer.out == """
        org.example.zoo 1.2.3
          abi     0.1
          offers  join method zoo
          needs   -
          file    \(good)
          sha256  \(digest)

        refused: \(bad)
          check   file-exports
          reason  exports zoo_helper beside tenon_module_open
          remedy  compile it with -fvisibility=hidden, or link it with a version script

        1 installed, 1 refused in \(zoo.directory)

        """)
  }

  @Test func theListIsAvailableAsJSON() throws {
    try zoo.build("good")
    try zoo.build("no-manifest")
    let list = try json(run("list", "--format=json", "--plugin-dir=\(zoo.directory)").out)
    #expect(list["plugins"]?.list?.first?["offers"]?.list?.first?.string == "join method zoo")
    #expect(list["plugins"]?.list?.first?["sha256"]?.string?.count == 64)
    #expect(list["refused"]?.list?.first?["check"]?.string == "manifest-note")
  }

  @Test func aMissingFolderIsAnEmptyList() throws {
    let answer = try run("list", "--plugin-dir", "/nonexistent")
    #expect(answer.out == "0 installed, 0 refused in /nonexistent\n")
  }

  @Test func inspectShowsTheManifestWithoutRunningCode() throws {
    let path = try zoo.build("crash-in-open")
    let answer = try run("inspect", path)
    #expect(answer.code == 0)
    #expect(answer.out.hasPrefix("org.example.zoo 1.2.3\n  summary       an animal of the zoo\n"))
    #expect(answer.out.contains("\n  join method   zoo\n"))
    let document = try json(run("inspect", path, "--format", "json").out)
    #expect(document["manifest"]?["id"]?.string == "org.example.zoo")
    #expect(document["refused"]?.isNull == true)
  }

  @Test func inspectShowsAlsoWhatTheHostRefuses() throws {
    let path = try zoo.build("wrong-abi")
    let answer = try run("inspect", path)
    #expect(answer.code == 1)
    #expect(answer.out.contains("  abi           9.1\n"))
    #expect(
      answer.err == "ERROR: plugin \(path): was built for plugin ABI 9.1, this host has 0.1; "
        + "install the build of the plugin that belongs to this version of Tenon\n")
  }

  @Test func inspectOfSomethingElseSaysWhatItIs() throws {
    let answer = try run("inspect", "/proc/self/status")
    #expect(answer.code == 1)
    #expect(answer.out == "")
    #expect(answer.err.hasPrefix("ERROR: plugin /proc/self/status: is not an ELF file; "))
  }

  @Test func validateCountsItsRows() throws {
    let answer = try run("validate", zoo.build("good"))
    #expect(answer.code == 0)
    let lines = answer.out.split(separator: "\n")
    #expect(lines.first?.hasPrefix("passed   file-parent          lies in folders") == true)
    #expect(lines.last == "32 checks: 32 passed, 0 failed, 0 skipped")
    #expect(lines.count == 33)
  }

  @Test func validateFailsWhenARowFails() throws {
    let path = try zoo.build("crash-in-create")
    let answer = try run("validate", path)
    #expect(answer.code == 1)
    #expect(answer.out.contains("FAILED   instance-create      crashed with SIGSEGV; "))
    #expect(answer.out.hasSuffix("32 checks: 31 passed, 1 failed, 0 skipped\n"))
    let report = try json(run("validate", "--format=json", path).out)
    #expect(report["failed"]?.int64 == 1)
    #expect(report["checks"]?.list?.last?["outcome"]?.string == "failed")
  }

  @Test(arguments: [
    (["frobnicate"], "there is no command \"plugin frobnicate\"; it is list, inspect or validate"),
    (["list", "--colour"], "there is no flag --colour"),
    (["list", "x.so"], "unexpected argument \"x.so\""),
    (["list", "--format", "xml"], "--format expects text or json"),
    (["list", "--plugin-dir"], "--plugin-dir expects a folder"),
    (["inspect"], "a plugin file must be named"),
    (["validate", "a.so", "b.so"], "unexpected argument \"b.so\""),
    (["validate", "a.so", "--plugin-dir", "/x"], "there is no flag --plugin-dir"),
    (["validate", "a\u{1B}[2J", "b\u{7}"], "unexpected argument \"b?\""),
  ])
  func aMistakeIsOneLineOnStandardError(_ words: [String], _ problem: String) throws {
    let answer = answer(to: words)
    #expect(answer.code == 1)
    #expect(answer.err.split(separator: "\n").first ?? "" == "ERROR: \(problem)")
  }

  @Test func helpIsAskedForInAnyPlace() throws {
    for words in [["--help"], ["list", "-h"], ["validate", "--help"]] {
      let answer = answer(to: words)
      #expect(answer.code == 0)
      #expect(answer.out.hasPrefix("usage: tenon plugin list"))
    }
  }

  @Test func aRelativePathIsTakenFromTheWorkingFolder() throws {
    let answer = try run("inspect", "no/such.so")
    let working = FileManager.default.currentDirectoryPath
    #expect(answer.err.hasPrefix("ERROR: plugin \(working)/no/such.so: "))
  }
}
