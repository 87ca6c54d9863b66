import PluginABI
import PluginKit
import Testing

@Suite struct BytesTests {
  @Test func constantTimeComparisonIsStillComparison() {
    #expect(equalInConstantTime([], []) && equalInConstantTime([1, 2], [1, 2]))
    #expect(!equalInConstantTime([1], []) && !equalInConstantTime([], [1]))
    #expect(!equalInConstantTime([1, 2], [1]) && !equalInConstantTime([1], [1, 0]))
    for index in 0..<32 {
      let a = [UInt8](repeating: 0x55, count: 32)
      for bit in 0..<8 {
        var b = a
        b[index] ^= 1 << UInt8(bit)
        #expect(!equalInConstantTime(a, b))
      }
    }
  }

  @Test func borrowedBytesAreCopiedAndANullPointerIsEmpty() {
    #expect(tenon_bytes(ptr: nil, len: 0).array.isEmpty)
    #expect(tenon_bytes(ptr: nil, len: 9).array.isEmpty)
    let bytes: [UInt8] = [0x61, 0xFF]
    bytes.withUnsafeBufferPointer {
      let lent = tenon_bytes(ptr: $0.baseAddress, len: 2)
      #expect(lent.array == bytes && lent.text == "a\u{FFFD}")
    }
  }

  @Test func aSinkThatTakesNoMoreIsAnErrorWithItsCode() {
    let full = tenon_sink(ctx: nil) { _, _, _ in TENON_INVALID_ARGUMENT }
    #expect(throws: PluginError.self) { try full.put("x") }
    #expect(throws: PluginError.self) { try tenon_sink(ctx: nil, write: nil).put([1]) }
  }

  @Test(arguments: [
    "", "short", String(repeating: "x", count: 255), String(repeating: "é", count: 300),
  ])
  func anErrorIsCutAtACharacterAndReadsBack(text: String) {
    var slot = tenon_error()
    #expect(
      PluginError(TENON_REFUSED, text, hint: "h", retry: TENON_RETRY_LATER).report(to: &slot)
        == TENON_REFUSED)
    let back = PluginError(slot.code, from: slot)
    #expect(back.hint == "h" && back.retry == TENON_RETRY_LATER && back.code == TENON_REFUSED)
    #expect(text.hasPrefix(back.message) && !back.message.contains("\u{FFFD}"))
    #expect(back.message.utf8.count == min(text.utf8.count, text.contains("é") ? 254 : 255))
    #expect(PluginError(TENON_REFUSED, text).report(to: nil) == TENON_REFUSED)
  }
}
