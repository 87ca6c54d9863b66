import Documents
import Testing
import YAML

@Suite struct YAMLWriterTests {
  @Test func mapsAndListsAreWrittenAsBlocks() {
    let node = Node.object([
      ("kind", .text("token")), ("version", .text("v2")),
      (
        "spec",
        .object([
          ("roles", .array([.text("Bot")])), ("join_method", .text("example")),
          ("empty", .array([])), ("none", .object([])), ("nothing", .null), ("limit", .integer(3)),
          (
            "nested",
            .array([
              .object([("a", .integer(1)), ("b", .array([.flag(true)]))]),
              .array([.text("x"), .text("y")]),
            ])
          ),
        ])
      ),
    ])
    #expect(
      YAML.serialize(node) == """
        kind: token
        version: v2
        spec:
          roles:
          - Bot
          join_method: example
          empty: []
          none: {}
          nothing: null
          limit: 3
          nested:
          - a: 1
            b:
            - true
          - - x
            - "y"

        """)
  }

  @Test(arguments: [
    "", "null", "true", "Yes", "off", "n", "12", "-1", "0x1f", "1.5", "1e3", ".inf", "2001-01-01",
    "12:30:45", "1_000", "0b1", "- a", "a: b", "a:", "a #b", "#a", "*a", "&a", "!a", "%a", "@a",
    "`a",
    "{a", "[a", "'a", "\"a", "|", ">", " a", "a ", "?", "<<", "=", "---", "...", "~", "a\tb", "a\r",
    "\u{0}", "\u{85}", "\u{2028}", "\u{FEFF}", "a, b]", "\u{1B}[2J",
  ])
  func stringsThatLookLikeSomethingElseAreQuoted(text: String) throws {
    let written = YAML.serialize(.object([("k", .text(text)), (text, .text("v"))]))
    #expect(written.hasPrefix("k: \""))
    #expect(
      try YAML.parse([UInt8](written.utf8)) == [.object([("k", .text(text)), (text, .text("v"))])])
  }

  @Test(arguments: [
    "example", "example.com:443", "/var/lib/tenon", "10.0.0.1:3025", "18.2.0", "v2", "bot-1", "a b",
    "1f2e3d4c-0000-4000-8000-123456789012", "a#b", "_x", "ssh-ed25519 AAAA+/= me@host",
  ])
  func ordinaryTextStaysPlain(text: String) throws {
    #expect(YAML.serialize(.text(text)) == text + "\n")
    #expect(try YAML.parse([UInt8](text.utf8)) == [.text(text)])
  }

  @Test func textOfSeveralLinesBecomesALiteralBlock() {
    let node = Node.object([("pem", .text("a\n b\n\nc\n")), ("x", .array([.text("1\n2")]))])
    #expect(YAML.serialize(node) == "pem: |\n  a\n   b\n\n  c\nx:\n- |-\n  1\n  2\n")
  }

  @Test(arguments: ["\na\n", " a\nb", "a\n\n", "a\n \nb", "a\r\nb", "a\n\u{1}b", "\n", "\ta\nb"])
  func whatALiteralBlockCannotHoldIsQuoted(text: String) throws {
    let written = YAML.serialize(.object([("k", .text(text))]))
    #expect(written.hasPrefix("k: \""))
    #expect(try YAML.parse([UInt8](written.utf8)).first?["k"]?.string == text)
  }

  @Test func aKeyTooLongForOneLineIsReadBack() throws {
    let node = Node.object([(String(repeating: "k", count: 3000), .array([.text("v")]))])
    #expect(try YAML.parse([UInt8](YAML.serialize(node).utf8)) == [node])
  }

  @Test(arguments: 0..<600)
  func whatIsWrittenIsReadBackEqual(seed: UInt64) throws {
    var random = Seeded(seed)
    let node = random.node()
    let text = YAML.serialize(node)
    #expect(try YAML.parse([UInt8](text.utf8)) == [node], "\(text)")
    #expect(YAML.serialize(node) == text)
  }

  @Test(arguments: 0..<200)
  func writtenDocumentsCanBeJoinedIntoAStream(seed: UInt64) throws {
    var random = Seeded(seed &+ 1000)
    let nodes = (0..<3).map { _ in random.node(depth: 2) }
    let text = nodes.map { "---\n" + YAML.serialize($0) }.joined()
    #expect(try YAML.parse([UInt8](text.utf8)) == nodes, "\(text)")
  }
}
