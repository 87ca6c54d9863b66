/// Appends length-delimited protobuf fields to bytes.
struct FieldWriter {
  /// What was written so far.
  private(set) var bytes: [UInt8] = []

  /// Appends one length-delimited field. `number` must be a valid field number.
  mutating func append(_ number: UInt32, _ content: some Collection<UInt8>) {
    precondition((1...0x1FFF_FFFF).contains(number))
    varint(UInt64(number) << 3 | 2)
    varint(UInt64(content.count))
    bytes.append(contentsOf: content)
  }

  /// Appends fields that are encoded already.
  mutating func append(encoded fields: some Collection<UInt8>) {
    bytes.append(contentsOf: fields)
  }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
