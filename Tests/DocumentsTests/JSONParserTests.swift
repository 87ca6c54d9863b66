import Documents
import Testing

@Suite struct JSONParserTests {
  func parse(_ text: String) throws(DocumentError) -> Node { try JSON.parse([UInt8](text.utf8)) }

  func failure(_ bytes: [UInt8], limits: Limits = .default) -> DocumentError? {
    do {
      _ = try JSON.parse(bytes, limits: limits)
      return nil
    } catch {
      return error
    }
  }

  @Test func everyKindOfValueIsRead() throws {
    let node = try parse(
      " {\"a\": [1, -2.50e+3, true, false, null], \"b\": {\"c\": \"d\"}, \"e\": [], \"f\": {}} ")
    #expect(
      node["a"]?.list?.map(\.value) == [
        .number("1"), .number("-2.50e+3"), .bool(true), .bool(false), .null,
      ])
    #expect(node["b"]?["c"]?.string == "d")
    #expect(node["e"]?.list?.isEmpty == true)
    #expect(node["f"]?.members?.isEmpty == true)
    #expect(node["missing"] == nil)
  }

  @Test func escapesBecomeTheCharactersTheyStandFor() throws {
    let node = try parse(#""\"\\\/\b\f\n\r\t\u00e9\u20AC\ud83d\ude00\u0000""#)
    #expect(node.string == "\"\\/\u{8}\u{C}\n\r\t\u{E9}\u{20AC}\u{1F600}\u{0}")
  }

  @Test func positionsCountLinesAndCharactersFromOne() throws {
    let node = try parse("{\n  \"é€😀\": \"é\", \"b\": [\n true]}")
    let members = try #require(node.members)
    #expect(node.position == Position(line: 1, column: 1))
    #expect(members[0].keyPosition == Position(line: 2, column: 3))
    #expect(members[0].value.position == Position(line: 2, column: 10))
    #expect(members[1].keyPosition == Position(line: 2, column: 15))
    #expect(members[1].value.list?.first?.position == Position(line: 3, column: 2))
  }

  @Test(
    arguments: [
      ("", 1, 1, "the document is empty"),
      (" \n ", 2, 2, "the document is empty"),
      ("{\"a\":1,\"a\":2}", 1, 8, "the key \"a\" appears twice in this map; keep one of them"),
      (
        "{\"b\":1,\"a\":1,\"b\":2,\"a\":3}", 1, 14,
        "the key \"b\" appears twice in this map; keep one of them"
      ),
      (
        "{\"\\u0061\":1,\n\"a\":2}", 2, 1,
        "the key \"a\" appears twice in this map; keep one of them"
      ),
      ("[01]", 1, 2, "this is no number by the rules of JSON"),
      ("[1.]", 1, 2, "this is no number by the rules of JSON"),
      ("[.5]", 1, 2, "expected a value, found '.'"),
      ("[+1]", 1, 2, "expected a value, found '+'"),
      ("[-]", 1, 2, "this is no number by the rules of JSON"),
      ("[1e]", 1, 2, "this is no number by the rules of JSON"),
      ("[1,]", 1, 4, "expected a value, found ']'"),
      ("[1 2]", 1, 4, "expected ',' or ']' in the list, found '2'"),
      ("{\"a\" 1}", 1, 6, "expected ':' after the key, found '1'"),
      ("{a:1}", 1, 2, "expected a key in double quotes, found 'a'"),
      ("{\"a\":1,}", 1, 8, "expected a key in double quotes, found '}'"),
      ("{\"a\":1 \"b\":2}", 1, 8, "expected ',' or '}' in the map, found '\"'"),
      ("[]]", 1, 3, "expected the end of the document, found ']'"),
      ("tru", 1, 1, "expected a value, found 't'"),
      ("[1", 1, 3, "expected ',' or ']' in the list, found the end of the document"),
      ("[\"a", 1, 2, "this string is never closed"),
      ("\"\\x\"", 1, 2, "unknown escape; JSON has \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u"),
      ("\"\\u12g4\"", 1, 2, "\\u needs four hexadecimal digits"),
      ("\"\\ud800\"", 1, 2, "half of a surrogate pair stands alone"),
      ("\"\\ud800\\u0041\"", 1, 2, "half of a surrogate pair stands alone"),
      ("\"\\udc00\"", 1, 2, "half of a surrogate pair stands alone"),
      ("\"\\", 1, 2, "the escape at the end of the document is incomplete"),
      (
        "\"a\nb\"", 1, 3,
        "a control character (byte 10) must be written as an escape inside a string"
      ),
      ("// no", 1, 1, "expected a value, found '/'"),
      ("NaN", 1, 1, "expected a value, found 'N'"),
      (
        "\u{FEFF}{}", 1, 1,
        "the document begins with a byte order mark; save it as UTF-8 without one"
      ),
    ] as [(String, Int, Int, String)])
  func whatTheRFCDoesNotAllowIsRefusedWithItsPlace(
    text: String, line: Int, column: Int, message: String
  ) {
    let expected = DocumentError(message, at: Position(line: line, column: column))
    #expect(failure([UInt8](text.utf8)) == expected)
  }

  @Test(
    arguments: [
      [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
      [0x22, 0xE0, 0x80, 0x80, 0x22], [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22],
      [0x22, 0xF0, 0x80, 0x80, 0x80, 0x22],
      [0x22, 0xE2, 0x82, 0x22], [0x22, 0xC3],
    ] as [[UInt8]])
  func bytesThatAreNotUTF8AreRefused(bytes: [UInt8]) {
    #expect(
      failure(bytes)
        == DocumentError("the text is not valid UTF-8", at: Position(line: 1, column: 2)))
  }

  @Test func thirtyTwoLevelsAreReadAndOneMoreIsRefused() throws {
    let deepest = String(repeating: "[", count: 32) + String(repeating: "]", count: 32)
    _ = try parse(deepest)
    let error = failure([UInt8]("[\(deepest)]".utf8))
    #expect(error?.message == "lists and maps are nested more than 32 deep")
    #expect(error?.position == Position(line: 1, column: 33))
  }

  @Test func aDocumentPastTheSizeLimitIsRefused() {
    let error = failure([UInt8]("[1,2,3]".utf8), limits: Limits(maxBytes: 6))
    #expect(error?.message == "the document has 7 bytes, more than the 6 allowed")
  }

  @Test func aLongKeyInAMessageIsCutAndCannotSteerATerminal() {
    let key = "\\u001b[2J" + String(repeating: "x", count: 100)
    let error = failure([UInt8]("{\"\(key)\":1,\"\(key)\":1}".utf8))
    #expect(error?.message.contains("\u{1B}") == false)
    #expect((error?.message.utf8.count ?? 999) < 130)
  }

  @Test func everyPrefixOfADocumentIsRefused() {
    let text = [UInt8](#"{"a":[1.5e3,"\ud83d\ude00é",{"b":null}],"c":true}"#.utf8)
    #expect(failure(text) == nil)
    for count in text.indices { #expect(failure([UInt8](text.prefix(count))) != nil) }
  }

  @Test func aHundredThousandKeysAreCheckedForRepetition() {
    let keys = (0..<100_000).map { "\"\($0)\":0" }.joined(separator: ",")
    let limits = Limits(maxBytes: 4 << 20)
    #expect(failure([UInt8]("{\(keys)}".utf8), limits: limits) == nil)
    #expect(failure([UInt8]("{\(keys),\"7\":0}".utf8), limits: limits) != nil)
  }
}
