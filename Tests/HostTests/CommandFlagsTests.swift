import Testing

@testable import Host

@Suite("The flags of a command line")
struct CommandFlagsTests {
  private static let table: [Flags.Specification] = [
    .init(
      name: "--config", short: "-c", placeholder: "FILE", help: "the file", environment: "CONFIG"),
    .init(name: "--oneshot", kind: .toggle, help: "once"),
    .init(name: "--ca-pin", kind: .list, placeholder: "PIN", help: "a pin"),
  ]

  private func read(_ words: String..., variables: [String: String] = [:]) throws(Flags.Mistakes)
    -> Flags
  {
    try Flags(words, Self.table) { variables[$0] }
  }

  private func mistakes(_ words: String...) -> [String] {
    do throws(Flags.Mistakes) {
      _ = try Flags(words, Self.table) { _ in nil }
      return []
    } catch {
      return error.problems
    }
  }

  @Test("may stand apart from their values or be joined to them, and end at the first other word")
  func forms() throws {
    let flags = try read("-c", "a.yaml", "--ca-pin=x=y", "--oneshot", "start", "--help")
    #expect(flags.text("--config") == "a.yaml" && flags.toggle("--oneshot") == true)
    #expect(flags.list("--ca-pin") == ["x=y"] && flags.rest == ["start", "--help"])
    #expect(try read("--config=", "x").text("--config")?.isEmpty == true)
    #expect(try read("--", "--oneshot").rest == ["--oneshot"])
    #expect(try read("-").rest == ["-"])
  }

  @Test("given more than once are the last one, or all of a list")
  func repeated() throws {
    let flags = try read("-c", "a", "--config", "b", "--ca-pin", "1", "--ca-pin", "2")
    #expect(flags.text("--config") == "b" && flags.list("--ca-pin") == ["1", "2"])
    #expect(try read("--oneshot", "--no-oneshot").toggle("--oneshot") == false)
    #expect(try read().toggle("--oneshot") == nil && read().list("--ca-pin").isEmpty)
  }

  @Test("have the environment behind them, unless it is empty")
  func environment() throws {
    #expect(try read(variables: ["CONFIG": "e"]).text("--config") == "e")
    #expect(try read("-c", "a", variables: ["CONFIG": "e"]).text("--config") == "a")
    #expect(try read(variables: ["CONFIG": ""]).text("--config") == nil)
  }

  @Test("that come later win over those before, one by one")
  func overlaid() throws {
    let flags = try read("-c", "a", "--oneshot").overlaid(by: read("--no-oneshot", "x"))
    #expect(flags.text("--config") == "a" && flags.toggle("--oneshot") == false)
    #expect(flags.rest == ["x"])
  }

  @Test("are refused all at once, with what may have been meant")
  func refused() {
    #expect(
      mistakes("--oneshut", "--no-ca-pin", "--oneshot=yes", "--config") == [
        "there is no flag --oneshut; did you mean --oneshot?", "there is no flag --no-ca-pin",
        "--oneshot takes no value", "--config expects a value",
      ])
  }

  @Test(
    "that are not the table's are kept for later with what follows them, when that is asked for")
  func foreign() throws {
    let flags = try Flags(
      ["--pin", "1", "--oneshot", "--pin=2", "--odd", "--config", "c", "x"], Self.table,
      keepsForeign: true
    ) { _ in nil }
    #expect(flags.foreign.map(\.name) == ["--pin", "--pin", "--odd"])
    #expect(flags.foreign.map(\.value) == ["1", "2", nil])
    #expect(flags.text("--config") == "c" && flags.rest == ["x"])
  }

  @Test("are shown in columns, with the variable behind each")
  func usage() {
    #expect(
      Flags.usage(Self.table) == """
          -c, --config FILE  the file [$CONFIG]
              --oneshot      once
              --ca-pin PIN   a pin

        """)
  }

  @Test("of the agent have names of their own, and help for each")
  func tables() {
    let all = Flags.Specification.global + Flags.Specification.start
    #expect(Set(all.map(\.name)).count == all.count && all.allSatisfy { !$0.help.isEmpty })
    #expect(all.allSatisfy { ($0.kind == .toggle) == $0.placeholder.isEmpty })
  }
}
