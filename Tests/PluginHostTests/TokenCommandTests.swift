import Foundation
import Synchronization
import Testing

@testable import PluginHost

/// Commands of a C plugin beside the authority: arguments without flags, and the tokens of one method.
@Suite struct TokenCommandTests {
  private let zoo: Zoo
  private let catalog: PluginCatalog

  init() throws {
    zoo = try Zoo()
    try zoo.build("keeper")
    catalog = PluginCatalog(directory: zoo.directory, policy: zoo.policy)
  }

  /// What a command did to the token `gate`, which has revision 7.
  private final class Gate: TokenAccess {
    struct Change: Equatable {
      var spec: String
      var status: String
      var unlocks: Bool
    }

    let changes = Mutex<[Change]>([])

    func get(_ name: String) async throws(PluginFailure) -> [UInt8] {
      guard name == "gate" else {
        throw PluginFailure(
          pluginID: "host", code: .notFound, message: "there is no token \(name)", hint: "look")
      }
      return Array("{gate}".utf8)
    }

    func update(
      _ name: String, spec: [UInt8], status: [UInt8], revision: Int64, unlocks: Bool
    ) async throws(PluginFailure) {
      guard revision == 7 else {
        throw PluginFailure(
          pluginID: "host", code: .busy, message: "\(name) was changed", hint: "run it again")
      }
      let change = Change(
        spec: String(decoding: spec, as: UTF8.self),
        status: String(decoding: status, as: UTF8.self),
        unlocks: unlocks)
      changes.withLock { $0.append(change) }
    }
  }

  private final class Text: Sendable {
    private let bytes = Mutex<[UInt8]>([])
    func append(_ more: [UInt8]) { bytes.withLock { $0 += more } }
    var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }
  }

  private func run(
    _ words: [String], _ gate: Gate, method: String = "zoo"
  ) async throws -> (out: String, err: String, code: Int32) {
    let (out, err) = (Text(), Text())
    let binder = CommandBinder(catalog, of: .authority)
    let (command, rest) = try #require(binder.match(words))
    let code = await binder.run(
      command, rest,
      CommandEnvironment(
        program: "tctl", out: { out.append($0) }, err: { err.append($0) }, variable: { _ in nil },
        find: { _ throws(PluginFailure) in [] },
        storage: { _ throws(RecordError) in throw RecordError(message: "none") },
        tokens: { $0 == method ? gate : nil }, log: RememberingLog()))
    return (out.text, err.text, code)
  }

  @Test func aWordOfItsOwnIsAnArgument() async throws {
    let gate = Gate()
    let answer = try await run(["zoo", "turn", "gate"], gate)
    #expect(answer.code == 0, "\(answer.err)")
    #expect(answer.out == "{gate}")
    let second = try await run(["zoo", "turn", "--unlock", "gate", "{\"a\":1}"], gate)
    #expect(second.code == 0, "\(second.err)")
    #expect(
      gate.changes.withLock { $0 } == [
        .init(spec: "{\"turned\":true}", status: "{}", unlocks: false),
        .init(spec: "{\"turned\":true}", status: "{\"a\":1}", unlocks: true),
      ])
  }

  @Test(arguments: [
    (["zoo", "turn"], "ERROR: TOKEN is required: help of token"),
    (["zoo", "turn", "a", "b", "c"], "ERROR: unexpected argument \"c\""),
    (["zoo", "turn", "--token", "a"], "ERROR: there is no flag \"--token\""),
    (["zoo", "turn", "-x"], "ERROR: unexpected argument \"-x\""),
  ])
  func wordsThatDoNotFitAreNamed(_ words: [String], _ line: String) async throws {
    let answer = try await run(words, Gate())
    #expect(answer.code == 1)
    #expect(answer.err.hasPrefix(line + "\n"), "\(answer.err)")
  }

  @Test func helpShowsArgumentsApartFromFlags() async throws {
    let answer = try await run(["zoo", "turn", "--help"], Gate())
    #expect(
      answer.out == """
        usage: tctl zoo turn [flags] TOKEN [STATUS]

        turns a token

        Arguments:
          TOKEN              help of token (required)
          STATUS             help of status (default {})

        Flags:
          --unlock           help of unlock
          --revision NUMBER  help of revision (default 7)
          -h, --help         show this text

        """)
  }

  @Test func whatTheHostRefusesReachesTheUser() async throws {
    let missing = try await run(["zoo", "turn", "wall"], Gate())
    #expect(missing.err == "ERROR: org.example.zoo: there is no token wall; look\n")
    let busy = try await run(["zoo", "turn", "gate", "--revision=6"], Gate())
    #expect(busy.err == "ERROR: org.example.zoo: gate was changed; run it again\n")
    let unknown = try await run(["zoo", "twist"], Gate())
    #expect(unknown.err.contains("the token cannot be updated like this"))
  }

  @Test func onlyTheMethodOfTheManifestIsAskedFor() async throws {
    let gate = Gate()
    let answer = try await run(["zoo", "turn", "gate"], gate, method: "other")
    #expect(answer.code == 1)
    #expect(gate.changes.withLock { $0 }.isEmpty)
  }

  @Test func eachProgramHasItsOwnCommands() {
    #expect(CommandBinder(catalog, of: .agent).match(["zoo", "turn", "gate"]) == nil)
    #expect(CommandBinder(catalog, of: .agent).commands.isEmpty)
    #expect(
      CommandBinder(catalog, of: .authority).commands.map(\.name) == ["zoo turn", "zoo twist"])
  }

  @Test func aFlagIsNoWordOfItsOwn() throws {
    let plugin = try LoadedPlugin(zoo.entry("flag-in-place"))
    let refusal = #expect(throws: PluginRefusal.self) { try BoundCommand.table(of: plugin) }
    #expect(refusal?.reason == "has a command zoo turn whose UNLOCK cannot be a word of its own")
  }
}
