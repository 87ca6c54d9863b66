import PluginABI

/// The length-delimited fields of one protobuf message: all a join method's messages are made of.
///
/// Reading checks every length against the bytes at hand, skips fields of other kinds and keeps the last
/// value of a repeated number, as the encoding demands (protobuf encoding, "Last One Wins").
public struct WireMessage {
  private var fields: [(number: UInt32, value: [UInt8])] = []

  public static let maxBytes = 65_536

  public init() {}

  /// - Throws: `TENON_INVALID_ARGUMENT` when the bytes are no message.
  public init(parsing bytes: [UInt8]) throws(PluginError) {
    guard bytes.count <= Self.maxBytes else { throw Self.malformed("is too long") }
    var at = 0
    while at < bytes.count {
      let key = try Self.varint(bytes, &at)
      let number = key >> 3
      guard number > 0, number < 1 << 29 else { throw Self.malformed("has an illegal field") }
      switch key & 7 {
      case 0: _ = try Self.varint(bytes, &at)
      case 1: try Self.skip(8, bytes, &at)
      case 5: try Self.skip(4, bytes, &at)
      case 2:
        let length = try Self.varint(bytes, &at)
        guard length <= UInt64(bytes.count - at) else { throw Self.malformed("is cut short") }
        let end = at + Int(length)
        set(UInt32(number), [UInt8](bytes[at..<end]))
        at = end
      default: throw Self.malformed("has an illegal field")
      }
    }
  }

  /// The value of a field; empty when it is absent, as proto3 reads it.
  public subscript(_ number: UInt32) -> [UInt8] {
    for field in fields where field.number == number { return field.value }
    return []
  }

  public func has(_ number: UInt32) -> Bool {
    for field in fields where field.number == number { return true }
    return false
  }

  public mutating func set(_ number: UInt32, _ value: [UInt8]) {
    for index in fields.indices where fields[index].number == number {
      fields[index].value = value
      return
    }
    fields.append((number, value))
  }

  public mutating func set(_ number: UInt32, _ text: String) { set(number, [UInt8](text.utf8)) }

  /// The message's bytes. Empty fields are kept: presence can mean something.
  public var encoded: [UInt8] {
    var bytes: [UInt8] = []
    for field in fields {
      Self.append(UInt64(field.number) << 3 | 2, to: &bytes)
      Self.append(UInt64(field.value.count), to: &bytes)
      bytes += field.value
    }
    return bytes
  }

  private static func append(_ value: UInt64, to bytes: inout [UInt8]) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  private static func varint(_ bytes: [UInt8], _ at: inout Int) throws(PluginError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while at < bytes.count, shift < 64 {
      let byte = bytes[at]
      at += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    throw malformed("is cut short")
  }

  private static func skip(_ count: Int, _ bytes: [UInt8], _ at: inout Int) throws(PluginError) {
    guard bytes.count - at >= count else { throw malformed("is cut short") }
    at += count
  }

  private static func malformed(_ what: String) -> PluginError {
    PluginError(
      TENON_INVALID_ARGUMENT, "a message of the peer " + what,
      hint: "update the program that sent it")
  }
}
