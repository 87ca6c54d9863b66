import Foundation
import Testing
import Wire

@testable import Authority

/// One command line that does not work, and the first line said about it.
struct BadCommand: CustomTestStringConvertible, Sendable {
  var testDescription: String { arguments.joined(separator: " ") }
  var arguments: [String]
  var words: String

  init(_ line: String, _ words: String) {
    arguments = line.split(separator: " ").map { $0 == "''" ? "" : String($0) }
    self.words = words
  }

  private static let start = "start --cluster-name example.test --data-dir /nowhere/data"

  static let tenond = [
    BadCommand("begin", "Unexpected argument 'begin'"),
    BadCommand("start", "Missing expected argument '--data-dir <folder>'"),
    BadCommand("\(start) --lissen x:1", "Unknown option '--lissen'. Did you mean '--listen'?"),
    BadCommand("\(start) --suite rot13", "--suite rot13: unknown; use balanced-v1, legacy,"),
    BadCommand("\(start) --log-format xml", "--log-format xml: unknown; use text or json"),
    BadCommand("\(start) --web-cert a", "--web-cert and --web-key belong together; pass both"),
    BadCommand("\(start) --web-key a", "--web-cert and --web-key belong together; pass both"),
    BadCommand(
      "\(start) --web-cert /nowhere/a --web-key /nowhere/b",
      "/nowhere/a: No such file or directory; pass a PEM chain with --web-cert"),
    BadCommand("\(start) --listen 3080", "\"3080\" is not an address: the port is missing"),
    BadCommand(
      "\(start) --public-addr host:99999",
      "\"host:99999\" is not an address: the port must be a number from 1 to 65535"),
    BadCommand(
      "\(start) --listen 0.0.0.0:3080",
      "agents cannot reach this authority at 0.0.0.0:3080; name the address they are to dial with "
        + "--public-addr HOST:PORT"),
    BadCommand(start, "cannot make the data directory /nowhere/data: No such file or directory"),
    BadCommand(
      "start --cluster-name example.test --data-dir ''", "--data-dir is empty; name a path"),
    BadCommand("\(start) --admin-socket ''", "--admin-socket is empty; name a path"),
  ]

  static let tenonctl = [
    BadCommand("frobnicate", "Unexpected argument 'frobnicate'"),
    BadCommand("get", "Missing expected argument '<kind[/name]>'"),
    BadCommand("get token --format=xml", "--format xml: unknown; use yaml, json or text"),
    BadCommand("get token --formt=xml", "Unknown option '--formt'. Did you mean '--format'?"),
    BadCommand("rm token", "token: name one resource, as in token/example"),
    BadCommand("rm token/", "token/: name one resource, as in token/example"),
    BadCommand(
      "create /nowhere/bot.yaml",
      "/nowhere/bot.yaml: No such file or directory; name a YAML file, or pipe one in"),
    BadCommand("create /", "/: Is a directory; name a YAML file, or pipe one in"),
    BadCommand("create /dev/zero", "/dev/zero: more than 4 MiB; name a YAML file"),
    BadCommand("auth export", "Missing expected argument '--type <type>'"),
    BadCommand(
      "status --admin-socket /nowhere/admin.sock",
      "no admin socket at /nowhere/admin.sock; start tenond, or name its socket"),
  ]
}

/// What the command lines of both programs refuse before they do anything.
@Suite struct CommandTests {
  @Test("tenond refuses in one sentence", arguments: BadCommand.tenond)
  func tenond(_ bad: BadCommand) async {
    let text = await CommandRunner.failure(of: TenondCommand.Root.self, bad.arguments)
    #expect(text?.hasPrefix(bad.words) == true, "\(text ?? "it worked")")
    #expect(await TenondCommand.execute(bad.arguments) == 1)
  }

  @Test("tenonctl refuses in one sentence", arguments: BadCommand.tenonctl)
  func tenonctl(_ bad: BadCommand) async {
    let text = await CommandRunner.failure(of: TenonctlCommand.Root.self, bad.arguments)
    #expect(text?.hasPrefix(bad.words) == true, "\(text ?? "it worked")")
    #expect(await TenonctlCommand.execute(bad.arguments) == 1)
  }

  @Test(arguments: [["version"], ["--help"], ["help"], []])
  func askingForHelpOrTheVersionIsNoError(_ arguments: [String]) async {
    #expect(await TenondCommand.execute(arguments) == 0)
    #expect(await TenonctlCommand.execute(arguments) == 0)
  }

  @Test func onlyTheFirstLineIsAnErrorLine() {
    #expect(CommandRunner.message("one") == "ERROR: one\n")
    #expect(CommandRunner.message("one\ntwo\n\nthree") == "ERROR: one\n  two\n  \n  three\n")
  }

  @Test func everyLineOfARefusedFileNamesTheFile() {
    let failure = CommandFailure(RPCError(.badParameter, "line 1: a\nline 2: b"), subject: "x.yaml")
    #expect(failure.text == "x.yaml: line 1: a\nx.yaml: line 2: b")
  }
}
