/// Writes the big-endian encoding of TPM 2.0 structures.
struct StructureWriter {
  private(set) var bytes: [UInt8] = []

  mutating func u8(_ value: UInt8) { bytes.append(value) }
  mutating func u16(_ value: UInt16) { number(UInt64(value), 2) }
  mutating func u32(_ value: UInt32) { number(UInt64(value), 4) }
  mutating func u64(_ value: UInt64) { number(value, 8) }
  mutating func raw(_ value: [UInt8]) { bytes += value }

  /// A TPM2B. The caller keeps the value below 64 KiB; more is a defect of the caller.
  @inline(never)
  mutating func sized(_ value: [UInt8]) {
    u16(UInt16(value.count))
    bytes += value
  }

  @inline(never)
  private mutating func number(_ value: UInt64, _ count: Int) {
    for index in 0..<count {
      bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * (count - 1 - index))))
    }
  }
}
