import Documents
import Testing
import YAML

@Suite struct YAMLReaderTests {
  func parse(_ text: String) throws(DocumentError) -> [Node] { try YAML.parse([UInt8](text.utf8)) }

  func failure(_ bytes: [UInt8], limits: Limits = .default) -> DocumentError? {
    do {
      _ = try YAML.parse(bytes, limits: limits)
      return nil
    } catch {
      return error
    }
  }

  @Test func aConfigurationIsReadWithPositions() throws {
    let text = """
      version: v2
      onboarding:
        token: example   # comment
        bound_keypair: {registration_secret: "s3cr3t"}
      services:
        - type: identity
          destination:
            type: directory
            path: /opt/machine-id
      """
    let node = try #require(try parse(text).first)
    #expect(node["version"]?.string == "v2")
    #expect(node["onboarding"]?["token"]?.position == Position(line: 3, column: 10))
    #expect(node["onboarding"]?["bound_keypair"]?["registration_secret"]?.string == "s3cr3t")
    let service = try #require(node["services"]?.list?.first)
    #expect(service["destination"]?["path"]?.string == "/opt/machine-id")
    #expect(
      service.members?.map(\.keyPosition) == [
        Position(line: 6, column: 5), Position(line: 7, column: 5),
      ])
  }

  @Test(
    arguments: [
      ("", .null), ("~", .null), ("null", .null), ("Null", .null), ("NULL", .null),
      ("true", .bool(true)), ("True", .bool(true)), ("FALSE", .bool(false)),
      ("0", .number("0")), ("-12", .number("-12")), ("+7", .number("+7")),
      ("0o17", .number("0o17")),
      ("0x1F", .number("0x1F")), ("1.5", .number("1.5")), (".5", .number(".5")),
      ("5.", .number("5.")),
      ("1e3", .number("1e3")), ("-.inf", .number("-.inf")), (".NaN", .number(".NaN")),
      ("yes", .string("yes")), ("on", .string("on")), ("tRue", .string("tRue")),
      ("1_000", .string("1_000")), ("12:30:45", .string("12:30:45")), ("-.nan", .string("-.nan")),
      ("2001-01-01", .string("2001-01-01")), ("0b1", .string("0b1")), ("1.2.3", .string("1.2.3")),
      ("0x", .string("0x")), (".", .string(".")), ("-", .string("-")), ("1e", .string("1e")),
      ("'1'", .string("1")), ("\"true\"", .string("true")), ("''", .string("")),
      ("'~'", .string("~")),
      ("\"\\x41\\u00e9\\U0001F600\\n\"", .string("A\u{E9}\u{1F600}\n")),
    ] as [(String, Value)])
  func plainScalarsFollowTheCoreSchemaAndQuotedOnesAreStrings(text: String, value: Value) throws {
    let source = text == "-" ? "a: '-'" : "a: \(text)"
    #expect(try parse(source).first?["a"]?.value == value)
  }

  @Test func severalDocumentsComeInOrder() throws {
    #expect(
      try parse("---\na: 1\n---\n---\nb\n...\n") == [
        .object([("a", .integer(1))]), .null, .text("b"),
      ])
    #expect(try parse("").isEmpty)
    #expect(try parse("# only a comment\n").isEmpty)
  }

  @Test func blocksKeepOrFoldTheirLines() throws {
    let node = try parse("a: |\n  x\n   y\n\n  z\nb: >-\n  x\n  y\n").first
    #expect(node?["a"]?.string == "x\n y\n\nz\n")
    #expect(node?["b"]?.string == "x y")
  }

  @Test func aByteOrderMarkIsNoContent() throws {
    let node = try parse("\u{FEFF}a: 1").first
    #expect(node?.members?.first?.keyPosition == Position(line: 1, column: 1))
  }

  @Test(
    arguments: [
      ("a: 1\nb: 2\na: 3", 3, 1, "the key \"a\" appears twice in this map; keep one of them"),
      ("{1: x, '1': y}", 1, 8, "the key \"1\" appears twice in this map; keep one of them"),
      (
        "a: &x 1", 1, 4,
        "anchors (&name) are not supported; remove the anchor and write the value where it is used"
      ),
      (
        "a: &x\n  b: 1", 1, 4,
        "anchors (&name) are not supported; remove the anchor and write the value where it is used"
      ),
      ("a: *x", 1, 4, "aliases (*name) are not supported; write the value out"),
      (
        "a: !t 1", 1, 4,
        "tags (!name) are not supported; remove the tag, or quote the value if it begins with '!'"
      ),
      (
        "a: !!str 1", 1, 4,
        "tags (!name) are not supported; remove the tag, or quote the value if it begins with '!'"
      ),
      (
        "- !t [1]", 1, 3,
        "tags (!name) are not supported; remove the tag, or quote the value if it begins with '!'"
      ),
      (
        "%TAG ! tag:x,1:\n--- a", 1, 1,
        "tags (!name) are not supported; remove the tag, or quote the value if it begins with '!'"
      ),
      ("%YAML 1.3\n---\na", 1, 1, "this YAML version is not supported; remove the %YAML line"),
      ("a:\n  <<: {b: 1}", 2, 3, "merge keys (<<) are not supported; write the keys out"),
      ("? [a]\n: b", 1, 3, "a key must be text, not a list or a map"),
      ("?\n: x", 1, 2, "the key before ':' is missing"),
      ("a:\n\t- b", 2, 1, "a tab cannot indent YAML; use spaces"),
      ("a:\n  b: 1\n\tc: 2", 3, 1, "a tab cannot indent YAML; use spaces"),
      (
        "a: b: c", 1, 5,
        "':' is not allowed here; check the indentation, or quote a value that contains ': '"
      ),
      (
        "a: 1\n b: 2", 2, 3,
        "':' is not allowed here; check the indentation, or quote a value that contains ': '"
      ),
      ("a: 'x", 1, 6, "the text in quotes that begins in line 1 is never closed"),
      ("a: [1, 2", 2, 1, "expected ',' or ']' in the list that begins in line 1"),
      ("a: {b: 1", 2, 1, "expected ',' or '}' in the map that begins in line 1"),
      ("b: [", 2, 1, "expected a value"),
      (
        "a: \"\\q\"", 1, 5,
        "unknown escape in double quotes; write '\\\\' for a backslash or use single quotes"
      ),
      ("a: @x", 1, 4, "a value cannot begin with '@'; put it in quotes"),
      (
        "a:\n  - b\n c: d", 3, 2,
        "expected a key with the indentation of the map that begins in line 1; check the indentation and the quotes"
      ),
      ("- a\nb: c", 2, 1, "expected '-' with the indentation of the list that begins in line 1"),
      ("a: - b", 1, 4, "a list item ('- ') is not allowed here; begin the list on its own line"),
      ("k: v\nk2 v2\nk3: v", 3, 1, "this line or the one before lacks ':' after the key"),
      (
        "é: \u{1}", 1, 4,
        "control characters are not allowed; remove it, or write it as an escape in double quotes"
      ),
    ] as [(String, Int, Int, String)])
  func whatIsAmbiguousOrMalformedIsRefusedWithPlaceAndRemedy(
    text: String, line: Int, column: Int, message: String
  ) {
    let expected = DocumentError(message, at: Position(line: line, column: column))
    #expect(failure([UInt8](text.utf8)) == expected)
  }

  @Test func aQuotedMergeKeyIsAnOrdinaryKey() throws {
    #expect(try parse("'<<': 1") == [.object([("<<", .integer(1))])])
  }

  @Test func bytesThatAreNotUTF8AreRefusedWithTheirPlace() {
    let error = failure([UInt8]("a: 1\né: ".utf8) + [0xFF])
    #expect(error == DocumentError("the text is not valid UTF-8", at: Position(line: 2, column: 4)))
  }

  @Test func otherEncodingsAreNotGuessed() {
    #expect(failure([0xFF, 0xFE, 0x61, 0x00])?.message == "the text is not valid UTF-8")
    #expect(failure([0x61, 0x00, 0x3A, 0x00]) != nil)
  }

  @Test func depthAndSizeAreLimited() throws {
    let deepest = String(repeating: "[", count: 32) + String(repeating: "]", count: 32)
    _ = try parse(deepest)
    let error = failure([UInt8]("[\(deepest)]".utf8))
    #expect(error?.message == "lists and maps are nested more than 32 deep")
    #expect(failure([UInt8]("a: bc".utf8), limits: Limits(maxBytes: 4)) != nil)
  }
}
