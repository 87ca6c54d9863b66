/// The stack's TPM2B structs: a 16-bit count in the machine's byte order, then room for that many bytes.
enum SizedBuffer {
  private static let head = 2

  /// The bytes a struct holds; never more than it has room for.
  static func content<Sized>(_ buffer: Sized) -> [UInt8] {
    withUnsafeBytes(of: buffer) { bytes in
      let count = min(Int(bytes.loadUnaligned(as: UInt16.self)), bytes.count - head)
      return [UInt8](bytes[head..<head + count])
    }
  }

  /// Puts bytes into an empty struct: false when it has no room for them.
  static func fill<Sized>(_ buffer: inout Sized, _ content: [UInt8]) -> Bool {
    withUnsafeMutableBytes(of: &buffer) { bytes in
      guard content.count <= min(bytes.count - head, Int(UInt16.max)) else { return false }
      bytes.storeBytes(of: UInt16(content.count), as: UInt16.self)
      for (index, byte) in content.enumerated() { bytes[head + index] = byte }
      return true
    }
  }
}
