import Foundation
import PluginKit
import Testing

@Suite struct Base64URLTests {
  private func decode(_ text: String) -> [UInt8]? { Base64URL.decode([UInt8](text.utf8)[...]) }

  @Test(arguments: [
    ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"),
    ("fooba", "Zm9vYmE"), ("foobar", "Zm9vYmFy"),
  ])
  func theVectorsOfRFC4648HoldWithoutPadding(plain: String, encoded: String) {
    #expect(Base64URL.encode([UInt8](plain.utf8)) == [UInt8](encoded.utf8))
    #expect(decode(encoded) == [UInt8](plain.utf8))
  }

  @Test func itAgreesWithFoundationForEveryLengthAndByte() {
    for count in 0..<260 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ count) }
      let expected = Data(bytes).base64EncodedString()
        .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
      let encoded = String(decoding: Base64URL.encode(bytes), as: UTF8.self)
      #expect(encoded == expected)
      #expect(decode(encoded) == bytes)
    }
  }

  @Test(arguments: [
    "A", "AAAAA", "Zg==", "Zm8=", "Zm9v=", "Zm9v\n", " Zm9v", "Zm 9v", "Zm9+", "Zm9/", "Zm9v.",
    "Zm9\u{0}", "é", "====",
  ])
  func whatIsNoBase64URLIsRefused(text: String) {
    #expect(decode(text) == nil)
  }

  /// One value has one spelling, so that a signed text cannot be changed without breaking it.
  @Test(arguments: ["Zh", "Zv", "Zm9", "Zm_"])
  func bitsThatMeanNothingAreRefused(text: String) {
    #expect(decode(text) == nil)
  }
}
