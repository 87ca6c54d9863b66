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
    BadCommand("lock", "name what to lock: either --join-token or --bot-instance-id"),
    BadCommand(
      "lock --join-token a --bot-instance-id b",
      "name what to lock: either --join-token or --bot-instance-id"),
    BadCommand(
      "lock --join-token a --ttl 1h --expires 2030-01-01T00:00:00Z",
      "--ttl and --expires exclude each other; pass one of them"),
    BadCommand(
      "lock --join-token a --ttl soon", "--ttl soon: no duration; write it like 8h or 90m"),
    BadCommand(
      "lock --join-token a --expires soon",
      "--expires soon: no time; write it like 2030-01-01T00:00:00Z"),
    BadCommand("tokens add --type node --bot a", "--type node: this authority lets bots join"),
    BadCommand(
      "tokens add --type bot --bot a", "name how the machine proves itself with --join-method"),
    BadCommand(
      "bots add a --token t --join-method m",
      "--token names a token that is there, --join-method makes one; pass one"),
    BadCommand(
      "bots instances show robot",
      "robot: name bot and installation, as `tctl bots instances ls` does"),
    BadCommand("edit token", "token: name one resource, as in token/example"),
    BadCommand("auth export", "Missing expected argument '--type <type>'"),
    BadCommand(
      "status --admin-socket /nowhere/admin.sock",
      "no admin socket at /nowhere/admin.sock; start tenond, or name its socket"),
  ]
}

/// Every command that talks to the authority.
private let talkative = [
  "lock ls",
  "lock rm a",
  "lock --join-token a",
  "bots ls",
  "bots add a",
  "bots rm a",
  "bots instances ls",
  "bots instances show a/b",
  "tokens ls",
  "tokens add --type bot --bot a --join-method m",
  "tokens rm a",
  "edit token/a",
  "get token",
  "rm token/a",
  "create /dev/null",
]

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

  @Test("a missing socket is named with what to do", arguments: talkative)
  func missingSocket(_ line: String) async {
    let words = line.split(separator: " ").map(String.init)
    let text = await CommandRunner.failure(
      of: TenonctlCommand.Root.self, words + ["--admin-socket", "/nowhere/admin.sock"])
    #expect(text == "no admin socket at /nowhere/admin.sock; start tenond, or name its socket")
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
