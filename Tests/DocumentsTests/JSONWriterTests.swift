import Documents
import Testing

@Suite struct JSONWriterTests {
  @Test func compactTextHasNoBlanks() {
    let node = Node.object([
      ("a", .array([.integer(1), .null, .flag(true)])), ("b", .object([])), ("c", .array([])),
    ])
    #expect(
      String(decoding: JSON.serialize(node), as: UTF8.self) == #"{"a":[1,null,true],"b":{},"c":[]}"#
    )
  }

  @Test func prettyTextIndentsByTwo() {
    let node = Node.object([("a", .array([.integer(1), .text("x")])), ("b", .object([]))])
    let expected = "{\n  \"a\": [\n    1,\n    \"x\"\n  ],\n  \"b\": {}\n}"
    #expect(String(decoding: JSON.serialize(node, pretty: true), as: UTF8.self) == expected)
  }

  @Test func controlCharactersAreEscaped() {
    let text = JSON.serialize(.text("\"\\\u{8}\u{C}\n\r\t\u{1F}\u{0}é"))
    #expect(String(decoding: text, as: UTF8.self) == #""\"\\\b\f\n\r\t\u001f\u0000é""#)
  }

  @Test func numbersOfOtherNotationsAreRewritten() {
    let numbers = ["0x1f", "0o17", "+1", "007", ".5", "-.5", "5.", "+00.10", "5.e3", "1.50"]
    let text = JSON.serialize(.array(numbers.map { Node(.number($0)) }))
    #expect(String(decoding: text, as: UTF8.self) == "[31,15,1,7,0.5,-0.5,5.0,0.10,5.0e3,1.50]")
  }

  @Test func whatJSONHasNoNumberForBecomesAString() {
    let text = JSON.serialize(.array([Node(.number(".inf")), Node(.number(".nan"))]))
    #expect(String(decoding: text, as: UTF8.self) == #"[".inf",".nan"]"#)
  }

  @Test(arguments: 0..<300)
  func whatIsWrittenIsReadBackEqual(seed: UInt64) throws {
    var random = Seeded(seed)
    let node = random.node()
    #expect(try JSON.parse(JSON.serialize(node)) == node)
    #expect(try JSON.parse(JSON.serialize(node, pretty: true)) == node)
    #expect(JSON.serialize(try JSON.parse(JSON.serialize(node))) == JSON.serialize(node))
  }
}
