/// Writes the data types of RFC 4251 section 5.
struct SSHWriter {
  private(set) var bytes: [UInt8] = []

  init(capacity: Int = 0) {
    bytes.reserveCapacity(capacity)
  }

  mutating func raw(_ value: some Sequence<UInt8>) {
    bytes += value
  }

  mutating func uint32(_ value: UInt32) {
    for shift in stride(from: UInt32(24), through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  mutating func uint64(_ value: UInt64) {
    uint32(UInt32(truncatingIfNeeded: value >> 32))
    uint32(UInt32(truncatingIfNeeded: value))
  }

  mutating func string(_ value: some Collection<UInt8>) {
    uint32(UInt32(truncatingIfNeeded: value.count))
    bytes += value
  }

  mutating func text(_ value: String) {
    string(value.utf8)
  }

  /// A non-negative mpint from its big-endian magnitude; leading zeros are dropped.
  mutating func magnitude(_ value: some Collection<UInt8>) {
    let significant = value.drop { $0 == 0 }
    guard let first = significant.first else { return uint32(0) }
    let signByte = first & 0x80 != 0
    uint32(UInt32(truncatingIfNeeded: significant.count + (signByte ? 1 : 0)))
    if signByte { bytes.append(0) }
    bytes += significant
  }
}
