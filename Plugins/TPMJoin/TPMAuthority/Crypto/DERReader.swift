import TPMStructures

/// Reads strict DER (ITU-T X.690): definite minimal lengths, tags of one byte.
struct DERReader {
  private let bytes: [UInt8]
  private var at = 0
  private let name: String

  init(_ bytes: [UInt8], _ name: String) {
    self.bytes = bytes
    self.name = name
  }

  var isAtEnd: Bool { at == bytes.count }

  /// The content of the next element, which must have this tag.
  mutating func element(_ tag: UInt8) throws(MalformedStructure) -> [UInt8] {
    guard try byte() == tag else { throw malformed("is not encoded as it should be") }
    let first = try byte()
    var count = Int(first)
    if first >= 0x80 {
      guard first == 0x81 || first == 0x82 else { throw malformed("has an illegal length") }
      count = 0
      for _ in 0..<Int(first & 0x7F) { count = count << 8 | Int(try byte()) }
      guard count > (first == 0x81 ? 0x7F : 0xFF) else { throw malformed("has an illegal length") }
    }
    guard count <= bytes.count - at else { throw malformed("is cut short") }
    defer { at += count }
    return [UInt8](bytes[at..<at + count])
  }

  /// The magnitude of a positive INTEGER, without leading zeros.
  mutating func positiveInteger() throws(MalformedStructure) -> [UInt8] {
    let content = try element(0x02)
    guard let first = content.first, first < 0x80 else { throw malformed("has an illegal number") }
    if first != 0 { return content }
    guard content.count > 1, content[1] >= 0x80 else { throw malformed("has an illegal number") }
    return [UInt8](content.dropFirst())
  }

  /// The bytes of a BIT STRING without unused bits.
  mutating func bits() throws(MalformedStructure) -> [UInt8] {
    let content = try element(0x03)
    guard content.first == 0 else { throw malformed("has an illegal bit string") }
    return [UInt8](content.dropFirst())
  }

  func end() throws(MalformedStructure) {
    guard isAtEnd else { throw malformed("has bytes after its end") }
  }

  func malformed(_ what: String) -> MalformedStructure { MalformedStructure(name + " " + what) }

  private mutating func byte() throws(MalformedStructure) -> UInt8 {
    guard at < bytes.count else { throw malformed("is cut short") }
    defer { at += 1 }
    return bytes[at]
  }
}
