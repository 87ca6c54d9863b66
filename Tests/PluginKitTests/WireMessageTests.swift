import PluginABI
import PluginKit
import Testing

@Suite struct WireMessageTests {
  private func failure(_ bytes: [UInt8]) -> PluginError? {
    do {
      _ = try WireMessage(parsing: bytes)
      return nil
    } catch { return error }
  }

  @Test func whatIsWrittenIsTheEncodingOfProtobuf() {
    var message = WireMessage()
    message.set(1, "testing")
    message.set(2, [])
    message.set(16, [0xFF])
    #expect(
      message.encoded == [0x0A, 7] + [UInt8]("testing".utf8) + [0x12, 0] + [0x82, 0x01, 1, 0xFF])
    message.set(1, "x")
    #expect(message.encoded.starts(with: [0x0A, 1, 0x78]))
  }

  @Test func whatIsWrittenReadsBack() throws {
    for count in [0, 1, 127, 128, 16_383, 16_384, 65_000] {
      var message = WireMessage()
      message.set(3, [UInt8](repeating: 7, count: count))
      let read = try WireMessage(parsing: message.encoded)
      #expect(read[3].count == count && read.has(3) && !read.has(2) && read[2].isEmpty)
    }
  }

  @Test func otherKindsOfFieldsAreSkipped() throws {
    let message = try WireMessage(
      parsing: [0x08, 0x96, 0x01] + [0x11, 1, 2, 3, 4, 5, 6, 7, 8] + [0x1D, 1, 2, 3, 4]
        + [0x22, 1, 0x61])
    #expect(message[4] == [0x61] && !message.has(1) && !message.has(2) && !message.has(3))
  }

  @Test func theLastOfARepeatedFieldCounts() throws {
    #expect(try WireMessage(parsing: [0x0A, 1, 0x61, 0x0A, 1, 0x62])[1] == [0x62])
    #expect(try WireMessage(parsing: [0x0A, 1, 0x61, 0x08, 0x01])[1] == [0x61])
  }

  @Test(
    arguments: [
      [0x0A], [0x0A, 2, 0x61], [0x80], [0x08], [0x08, 0x80], [0x09, 1, 2, 3], [0x0D, 1],
      [UInt8](repeating: 0xFF, count: 11), [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F],
      [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
      [0x00, 0x00], [0x02, 0x00], [0x0B], [0x0C], [0x0E], [0x0F],
      [0xFA, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0x00],
    ] as [[UInt8]])
  func whatIsNoMessageIsRefusedWithAReason(bytes: [UInt8]) {
    let failure = failure(bytes)
    #expect(failure?.code == TENON_INVALID_ARGUMENT)
    #expect(failure?.message.hasPrefix("a message of the peer ") == true)
  }

  @Test func aMessageOverTheLimitIsRefusedBeforeItIsRead() {
    #expect(failure([UInt8](repeating: 0, count: 65_537))?.message.hasSuffix("is too long") == true)
  }
}
