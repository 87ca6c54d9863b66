import Documents
import Testing

@Suite struct NodeTests {
  @Test(
    arguments: [
      ("0", 0), ("-0", 0), ("+1", 1), ("007", 7), ("0x1f", 31), ("0o17", 15),
      ("9223372036854775807", Int64.max), ("-9223372036854775808", Int64.min),
    ] as [(String, Int64)])
  func wholeNumbersAreRead(text: String, number: Int64) {
    #expect(Node(.number(text)).int64 == number)
  }

  @Test(arguments: [
    "", "+", "-", "1.0", "1e3", "0x", "-0x1", "0x1g", "9223372036854775808", "-9223372036854775809",
    "99999999999999999999", ".inf", " 1", "1_000",
  ])
  func whatIsNoWholeNumberInRangeIsNotRounded(text: String) {
    #expect(Node(.number(text)).int64 == nil)
  }

  @Test(arguments: ["", "+", "-e1", "1..2", ".e5", "1e", ".", "0x", "e5", "1e+", "--1"])
  func whatIsNoNumberHasNoJSONForm(text: String) {
    #expect(Numeral.json(text) == nil)
  }

  @Test func settingReplacesInPlaceOrAppends() {
    let node = Node.object([("a", .integer(1)), ("b", .integer(2))])
    #expect(node.setting("a", .null) == .object([("a", .null), ("b", .integer(2))]))
    #expect(node.setting("c", .null).members?.map(\.key) == ["a", "b", "c"])
    #expect(Node.null.setting("a", .null) == .object([("a", .null)]))
  }

  @Test func removingLeavesTheOthers() {
    let node = Node.object([("a", .integer(1)), ("b", .integer(2))])
    #expect(node.removing("a") == .object([("b", .integer(2))]))
    #expect(node.removing("c") == node)
    #expect(Node.text("x").removing("a") == .text("x"))
  }

  @Test func accessorsAnswerForTheirOwnKindOnly() {
    #expect(Node.text("1").int64 == nil)
    #expect(Node.integer(1).string == nil)
    #expect(Node.integer(1).textOrNumber == "1")
    #expect(Node.text("x").textOrNumber == "x")
    #expect(Node.flag(true).textOrNumber == nil)
    #expect(Node.null.isNull)
    #expect(!Node.text("").isNull)
    #expect(Node.array([])["a"] == nil)
  }

  @Test func keysAreComparedByteByByte() {
    // One character in two spellings: canonically equal, yet two keys.
    let node = Node.object([("\u{E9}", .integer(1)), ("e\u{301}", .integer(2))])
    #expect(node["\u{E9}"]?.int64 == 1)
    #expect(node["e\u{301}"]?.int64 == 2)
  }

  @Test func equalityIgnoresPositions() {
    #expect(Node(.null, at: Position(line: 4, column: 2)) == .null)
    #expect(Node.text("1") != .integer(1))
  }
}
