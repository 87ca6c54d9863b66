/// Reads the fields of one encoded protobuf message without knowing its type.
///
/// The input is hostile: every length is checked before use, nothing is copied before it is accepted, and the scanner stops for
/// good at the first violation. Groups, which proto3 does not have, are refused.
struct FieldScanner {
  /// One field as it stands in the input.
  struct Field: Equatable {
    /// Field number, 1...536870911.
    var number: UInt32
    /// The whole field with its tag.
    var raw: Range<Int>
    /// Content of a length-delimited field; nil for numbers.
    var content: Range<Int>?
  }

  /// Bytes that are no protobuf message.
  struct Malformed: Error, Equatable {
    /// What is wrong, as the end of a sentence.
    var reason: String
    /// Offset of the field that is wrong.
    var offset: Int
  }

  private let bytes: [UInt8]
  private let end: Int
  private var position: Int

  /// Scans all of `bytes`.
  init(_ bytes: [UInt8]) { self.init(bytes, in: bytes.startIndex..<bytes.endIndex) }

  /// Scans a part of `bytes`, which must lie inside it.
  init(_ bytes: [UInt8], in range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  /// The next field; nil at the end.
  mutating func next() throws(Malformed) -> Field? {
    guard position < end else { return nil }
    let start = position
    let tag = try varint(from: start)
    guard let number = UInt32(exactly: tag >> 3), (1...0x1FFF_FFFF).contains(number) else {
      throw Malformed(reason: "a field number is out of range", offset: start)
    }
    var content: Range<Int>?
    switch tag & 7 {
    case 0: _ = try varint(from: start)
    case 1: try skip(8, from: start)
    case 2:
      let count = try varint(from: start)
      guard count <= UInt64(end - position) else {
        throw Malformed(reason: "a field is longer than the message", offset: start)
      }
      content = position..<position + Int(count)
      position += Int(count)
    case 5: try skip(4, from: start)
    default: throw Malformed(reason: "a field has an unknown wire type", offset: start)
    }
    return Field(number: number, raw: start..<position, content: content)
  }

  private mutating func skip(_ count: Int, from start: Int) throws(Malformed) {
    guard end - position >= count else {
      throw Malformed(reason: "a field is longer than the message", offset: start)
    }
    position += count
  }

  private mutating func varint(from start: Int) throws(Malformed) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while position < end {
      let byte = bytes[position]
      position += 1
      if shift == 63, byte > 1 {
        throw Malformed(reason: "a number has more than 64 bits", offset: start)
      }
      value |= UInt64(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return value }
      shift += 7
      if shift > 63 { throw Malformed(reason: "a number has more than 64 bits", offset: start) }
    }
    throw Malformed(reason: "a number ends too early", offset: start)
  }
}
