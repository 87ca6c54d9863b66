/// Reads the big-endian encoding of TPM 2.0 structures (TCG TPM 2.0 Library, part 1, "Marshaling").
/// Every size is checked against the bytes at hand before anything is copied.
struct StructureReader {
  private let bytes: [UInt8]
  private var at = 0
  /// The structure's name for error texts.
  private let name: String

  /// Larger than every structure a TPM with 2 KiB buffers can produce.
  static let maxBytes = 8192

  init(_ bytes: [UInt8], _ name: String) throws(MalformedStructure) {
    self.bytes = bytes
    self.name = name
    guard bytes.count <= Self.maxBytes else { throw malformed("is too long") }
  }

  mutating func u8() throws(MalformedStructure) -> UInt8 { UInt8(try number(1)) }
  mutating func u16() throws(MalformedStructure) -> UInt16 { UInt16(try number(2)) }
  mutating func u32() throws(MalformedStructure) -> UInt32 { UInt32(try number(4)) }
  mutating func u64() throws(MalformedStructure) -> UInt64 { try number(8) }

  // Not inlined: the parsers call these all over, and the plugin's size has a budget.
  @inline(never)
  mutating func take(_ count: Int) throws(MalformedStructure) -> [UInt8] {
    guard count <= bytes.count - at else { throw malformed("is cut short") }
    defer { at += count }
    return [UInt8](bytes[at..<at + count])
  }

  /// A TPM2B: two bytes of size, then that many bytes.
  ///
  /// - Parameter limit: the capacity of the buffer in the specification.
  @inline(never)
  mutating func sized(limit: Int) throws(MalformedStructure) -> [UInt8] {
    let count = Int(try u16())
    guard count <= limit else { throw malformed("has a field that is too long") }
    return try take(count)
  }

  func end() throws(MalformedStructure) {
    guard at == bytes.count else { throw malformed("has bytes after its end") }
  }

  @inline(never)
  func malformed(_ what: String) -> MalformedStructure { MalformedStructure(name + " " + what) }

  @inline(never)
  private mutating func number(_ count: Int) throws(MalformedStructure) -> UInt64 {
    var value: UInt64 = 0
    for byte in try take(count) { value = value << 8 | UInt64(byte) }
    return value
  }
}
