import Foundation
import Synchronization
import Testing

@testable import PluginHost

/// Commands of a C plugin: from words to natural C types and back to text and an exit code.
@Suite struct CommandTests {
  private let zoo: Zoo
  private let binder: CommandBinder
  private let log = RememberingLog()
  private let records = TestRecords()

  init() throws {
    zoo = try Zoo()
    try zoo.build("commands")
    binder = CommandBinder(PluginCatalog(directory: zoo.directory, policy: zoo.policy), of: .agent)
  }

  private final class Output: Sendable {
    private let bytes = Mutex<[UInt8]>([])
    var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }
    func take(_ more: [UInt8]) { bytes.withLock { $0 += more } }
  }

  private func run(
    _ words: [String], environment: [String: String] = [:]
  ) async throws -> (out: String, err: String, code: Int32) {
    let (out, err) = (Output(), Output())
    let records = records
    let surroundings = CommandEnvironment(
      program: "tenon", out: { out.take($0) }, err: { err.take($0) },
      variable: { environment[$0] },
      find: { address throws(PluginFailure) in
        guard address == "proxy:443" else {
          throw PluginFailure(
            pluginID: "host", code: .unavailable, message: "\(address) does not answer",
            hint: "check the address")
        }
        return Array("{\"proxy\":true}".utf8)
      },
      storage: { path throws(RecordError) in
        guard path == "/nest" else { throw RecordError(message: "\(path) is not there") }
        return records
      },
      write: { path, content, replaces throws(RecordError) in
        guard replaces || path != "/book" else {
          throw RecordError(message: "/book exists already", hint: "name another")
        }
        try records.putAll([RecordChange(name: path, value: content)])
      }, log: log)
    let (command, rest) = try #require(binder.match(words))
    let code = await binder.run(command, rest, surroundings)
    return (out.text, err.text, code)
  }

  @Test(arguments: [
    ([], "0 1 none /zoo red -1 0 0 90000000000 0.5\n"),
    (
      [
        "--flag", "--no-on", "--text", "", "--path=a=b", "--choice", "blue",
        "--signed=-9223372036854775808", "--unsigned", "18446744073709551615", "--double=-0.1",
        "--duration", "1h30m", "--other-double", "1e300",
      ],
      "1 0  a=b blue -9223372036854775808 18446744073709551615 -0.10000000000000001 "
        + "5400000000000 1.0000000000000001e+300\n"
    ),
    (
      [
        "--flag=false", "--on=0", "--text=ä b", "--signed", "-5", "--duration=-1.5s",
        "--double", "0.25",
      ],
      "0 0 ä b /zoo red -5 0 0.25 -1500000000 0.5\n"
    ),
  ])
  func wordsArriveAsTheirCTypes(_ words: [String], _ line: String) async throws {
    let answer = try await run(["zoo", "kinds"] + words)
    #expect(answer.out == line)
    #expect(answer.err == "")
    #expect(answer.code == 0)
  }

  @Test func aVariableSuppliesAMissingValueAndAFlagWins() async throws {
    let surroundings = ["ZOO_UNSIGNED": "42"]
    #expect(try await run(["zoo", "kinds"], environment: surroundings).out.contains(" 42 "))
    let answer = try await run(["zoo", "kinds", "--unsigned", "7"], environment: surroundings)
    #expect(answer.out.contains(" 7 "))
  }

  @Test(arguments: [
    (["--colour"], "there is no flag \"--colour\""),
    (["--duratoin", "5s"], "there is no flag \"--duratoin\"; did you mean --duration?"),
    (["--no-text"], "there is no flag \"--no-text\""),
    (["stray"], "unexpected argument \"stray\""),
    (["--text"], "--text needs a value; one that starts with -- is written --text=VALUE"),
    (
      ["--text", "--flag"], "--text needs a value; one that starts with -- is written --text=VALUE"
    ),
    (["--text=a", "--text", "b"], "--text is given twice"),
    (["--flag", "--no-flag"], "--flag is given twice"),
    (["--flag=maybe"], "--flag expects true or false, not \"maybe\""),
    (["--choice=green"], "--choice expects one of red, blue, not \"green\""),
    (
      ["--signed=9223372036854775808"],
      "--signed expects a whole number, not \"9223372036854775808\""
    ),
    (["--unsigned=-1"], "--unsigned expects a whole number of 0 or more, not \"-1\""),
    (["--double=nan"], "--double expects a number, not \"nan\""),
    (["--duration=5"], "--duration expects a duration like 90s, 20m or 1h30m, not \"5\""),
    (["--path=a\u{0}b"], "--path expects text without a zero byte, not \"a?b\""),
  ])
  func aMistakeIsNamedBeforeAnyCodeRuns(_ words: [String], _ problem: String) async throws {
    let answer = try await run(["zoo", "kinds"] + words)
    #expect(answer.code == 1)
    #expect(answer.out == "")
    #expect(answer.err.split(separator: "\n").first ?? "" == "ERROR: \(problem)")
    #expect(answer.err.hasSuffix("\ntry: tenon zoo kinds --help\n"))
  }

  @Test func allMistakesAreNamedAtOnce() async throws {
    let answer = try await run(["zoo", "lay", "x", "--nest=y"])
    #expect(
      answer.err == """
        ERROR: unexpected argument "x"
        ERROR: there is no flag "--nest"
        ERROR: --storage is required: help of storage
        ERROR: --egg is required: help of egg
        try: tenon zoo lay --help

        """)
  }

  @Test(arguments: ["-h", "--help"])
  func helpListsEveryFlag(_ flag: String) async throws {
    let answer = try await run(["zoo", "kinds", "--flag", flag, "--colour"])
    #expect(answer.code == 0)
    #expect(
      answer.out == """
        usage: tenon zoo kinds [flags]

        prints one value of each kind

        More about kinds.

        Flags:
          --flag                 help of flag
          --on                   help of on (default true)
          --text TEXT            help of text
          --path PATH            help of path (default /zoo)
          --choice red|blue      help of choice (default red)
          --signed NUMBER        help of signed (default -1)
          --unsigned NUMBER      help of unsigned [$ZOO_UNSIGNED]
          --double NUMBER        help of double
          --duration DURATION    help of duration (default 90s)
          --other-double NUMBER  help of other-double (default 0.5)
          -h, --help             show this text

        """)
  }

  @Test func aCommandReachesTheStorageItsFlagNames() async throws {
    let answer = try await run(["zoo", "lay", "--storage", "/nest", "--egg", "brown"])
    #expect(answer.code == 0)
    #expect(records.all == ["nest": Array("brown".utf8)])
    #expect(log.lines.map(\.message) == ["laying"])
    let lost = try await run(["zoo", "lay", "--storage", "/tree", "--egg", "brown"])
    #expect(lost.code == 1)
    #expect(lost.err == "ERROR: /tree is not there\n")
  }

  @Test func aCommandAsksThroughTheHostAlone() async throws {
    #expect(try await run(["zoo", "ask", "--proxy", "proxy:443"]).out == "{\"proxy\":true}")
    let answer = try await run(["zoo", "ask", "--proxy", "other"])
    #expect(answer.code == 1)
    #expect(answer.err == "ERROR: org.example.zoo: other does not answer; check the address\n")
  }

  @Test func aCommandWritesTheFileItsUserNamedAndNoOther() async throws {
    #expect(try await run(["zoo", "scrawl", "--page", "/new"]).code == 0)
    #expect(records.all == ["/new": Array("ink".utf8)])
    let kept = try await run(["zoo", "scrawl", "--page", "/book"])
    #expect(kept.code == 1)
    #expect(kept.err == "ERROR: org.example.zoo: /book exists already; name another\n")
    #expect(try await run(["zoo", "scrawl", "--page", "/book", "--again"]).code == 0)
    let foreign = try await run(["zoo", "scrawl", "--page", "/new", "--instead", "/etc/passwd"])
    #expect(foreign.code == 1)
    #expect(
      foreign.err == "ERROR: org.example.zoo: no parameter of this command names \"/etc/passwd\"; "
        + "a command writes only files that its user named\n")
    #expect(records.all.keys.sorted() == ["/book", "/new"])
  }

  @Test func aCommandThatFailsWithoutAReasonIsReportedAsADefect() async throws {
    let answer = try await run(["zoo", "grumble"])
    #expect(answer.code == 1)
    #expect(
      answer.err == "grumbling\nERROR: org.example.zoo: failed with code 1 and gave no reason; "
        + PluginFailure.defectHint + "\n")
  }

  @Test func onlyWholeNamesMatch() {
    #expect(binder.match(["zoo", "kinds", "--flag"])?.rest == ["--flag"])
    #expect(binder.match(["zoo"]) == nil)
    #expect(binder.match(["kinds"]) == nil)
    #expect(binder.match([]) == nil)
  }

  @Test func aTableThatDiffersFromTheManifestIsRefused() throws {
    let plugin = try LoadedPlugin(zoo.entry("other-commands"))
    let refusal = #expect(throws: PluginRefusal.self) { try BoundCommand.table(of: plugin) }
    #expect(refusal?.check == "describe-commands")
    #expect(
      refusal?.reason == "has other commands than its manifest names: "
        + "zoo kinds, zoo lay, zoo ask, zoo scrawl, zoo grumble")
  }
}
