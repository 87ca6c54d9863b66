import BoundKeypairAuthority
import Documents
import Testing

/// What both halves tell about recoveries, for metrics.
@Suite("recoveries as metrics") struct AllowanceTests {
  @Test(
    "a token grants its limit where a mode enforces it, and nothing breaks on what makes no sense",
    arguments: [
      (
        #"{"recovery":{"mode":"standard","limit":3}}"#, #"{"recovery_count":1}"#,
        #""used":1,"limit":3"#
      ),
      (#"{"recovery":{"limit":2}}"#, "{}", #""used":0,"limit":2"#),
      (#"{"recovery":{"mode":"relaxed","limit":3}}"#, #"{"recovery_count":7}"#, #""used":7"#),
      (#"{"recovery":{"mode":"insecure"}}"#, #"{"recovery_count":1}"#, #""used":1"#),
      (
        #"{"recovery":{"mode":"standard","limit":-4}}"#, #"{"recovery_count":-1}"#,
        #""used":0,"limit":0"#
      ),
      ("null", #"{"recovery_count":"x"}"#, #""used":0,"limit":0"#),
    ])
  func granted(_ spec: String, _ status: String, _ numbers: String) throws {
    let bytes = BoundKeypairAuthority.Allowances.granted(
      spec: try JSON.parse(Array(spec.utf8)), status: try JSON.parse(Array(status.utf8)))
    #expect(String(decoding: bytes, as: UTF8.self) == #"[{"name":"recoveries",\#(numbers)}]"#)
  }
}
