import Testing

@testable import PluginHost

@Suite("Allowances of a plugin")
struct AllowanceTests {
  @Test("are names with numbers, and what is left is never negative")
  func read() {
    let all = Allowance.all(
      Array(
        #"[{"name":"recoveries","used":1,"limit":3},{"name":"x_2","used":9,"limit":4},{"name":"y","used":0}]"#
          .utf8))
    #expect(
      all == [
        Allowance(name: "recoveries", used: 1, limit: 3),
        Allowance(name: "x_2", used: 9, limit: 4), Allowance(name: "y", used: 0, limit: nil),
      ])
    #expect(all?.map(\.left) == [2, 0, nil])
    #expect(Allowance.all(Array("[]".utf8)) == [])
  }

  @Test(
    "that make no sense are refused as a whole",
    arguments: [
      "", "{}", "null", "[1]", #"[{"used":1}]"#, #"[{"name":"","used":1}]"#,
      #"[{"name":"Two words","used":1}]"#, #"[{"name":"a","used":-1}]"#,
      #"[{"name":"a","used":1.5}]"#, #"[{"name":"a"}]"#, #"[{"name":"a","used":1,"limit":-1}]"#,
      #"[{"name":"a","used":1,"limit":"many"}]"#, #"[{"name":"a","used":1,"limit":null}]"#,
      #"[{"name":"a","used":1},{"name":"a","used":2}]"#,
      #"[{"name":"0123456789012345678901234567890123","used":1}]"#,
      "[" + (0..<9).map { #"{"name":"a\#($0)","used":1}"# }.joined(separator: ",") + "]",
    ])
  func refused(_ text: String) { #expect(Allowance.all(Array(text.utf8)) == nil) }
}
