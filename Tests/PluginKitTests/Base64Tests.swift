import Foundation
import PluginKit
import Testing

@Suite struct Base64Tests {
  @Test func itAgreesWithFoundationForEveryLengthAndByte() {
    for count in 0..<260 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ count) }
      let encoded = Base64.encode(bytes)
      #expect(encoded == [UInt8](Data(bytes).base64EncodedString().utf8))
      #expect(Base64.decode(encoded) == bytes)
    }
  }

  @Test(arguments: [
    "A", "AA", "AAA", "=", "==", "===", "====", "A===", "AA=A", "Zm9v====", "Zg=", "Zg==\n", "Zm9-",
    "Zm9_", "Zm 9", "Zm9vZg", "Zh==", "Zm9=", "Zg==Zg==", "\u{0}AAA",
  ])
  func whatIsNoPaddedBase64IsRefused(text: String) {
    #expect(Base64.decode([UInt8](text.utf8)) == nil)
  }
}
