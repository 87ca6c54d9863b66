import Foundation
import PluginKit
import Testing

@Suite struct TimestampTests {
  @Test(
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("2030-01-01T00:00:00Z", 1_893_456_000),
      ("2000-02-29T23:59:59Z", 951_868_799), ("1969-12-31T23:59:59Z", -1),
      ("9999-12-31T23:59:59Z", 253_402_300_799), ("0001-01-01T00:00:00Z", -62_135_596_800),
    ] as [(String, Int64)])
  func knownTimesReadAndWrite(text: String, seconds: Int64) {
    #expect(Timestamp.seconds(text) == seconds)
    #expect(Timestamp.text(seconds) == text)
  }

  @Test func itAgreesWithFoundationOverFourCenturies() {
    let formatter = ISO8601DateFormatter()
    for step in 0..<4000 {
      let seconds = Int64(step) * 3_155_701 - 2_000_000_000
      let text = formatter.string(from: Date(timeIntervalSince1970: Double(seconds)))
      #expect(Timestamp.text(seconds) == text)
      #expect(Timestamp.seconds(text) == seconds)
    }
  }

  @Test(
    arguments: [
      ("2030-01-01T01:00:00+01:00", 1_893_456_000), ("2029-12-31T23:30:00-00:30", 1_893_456_000),
      ("2030-01-01T00:00:00.999999999Z", 1_893_456_000), ("2030-01-01t00:00:00z", 1_893_456_000),
      ("2030-01-01T00:00:00.5+00:00", 1_893_456_000), ("2016-12-31T23:59:60Z", 1_483_228_800),
      ("2030-01-01T00:00:00-23:59", 1_893_456_000 + 86_340),
    ] as [(String, Int64)])
  func everyFormOfRFC3339IsRead(text: String, seconds: Int64) {
    #expect(Timestamp.seconds(text) == seconds)
  }

  @Test(arguments: [
    "", "2030-01-01", "2030-01-01T00:00:00", "2030-13-01T00:00:00Z", "2030-00-01T00:00:00Z",
    "2030-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2030-04-31T00:00:00Z", "2030-01-00T00:00:00Z",
    "2030-01-01T24:00:00Z", "2030-01-01T00:60:00Z", "2030-01-01T00:00:61Z", "2030-01-01T00:00:00.Z",
    "2030-01-01T00:00:00ZZ", "2030-01-01T00:00:00+0100", "2030-01-01T00:00:00+24:00",
    "2030-01-01T00:00:00+01:60", "2030-01-01T00:00:00+01", "+030-01-01T00:00:00Z",
    "2030/01/01T00:00:00Z", "2030-01-01X00:00:00Z", "20300-01-01T00:00:00Z",
    " 2030-01-01T00:00:00Z",
    "2030-01-01T00:00:00.123456789012345678901Z", "2030-01-01T00:00:0\u{0}Z", "-1", "0",
  ])
  func everythingElseIsNil(text: String) {
    #expect(Timestamp.seconds(text) == nil)
  }
}
