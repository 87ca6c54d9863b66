/// A shared object seen through its program headers, without running any of its code.
///
/// Every offset and length in the file is hostile: each read is bounds-checked against the bytes at
/// hand, and section headers are never looked at, so a stripped file reads the same (System V ABI,
/// chapter 5; ELF-64 object file format, version 1.5).
struct ELFImage {
  /// One program header, already inside the file.
  struct Segment {
    let type: UInt32
    let flags: UInt32
    let offset: Int
    let address: UInt64
    let fileSize: Int
  }

  /// Why a file is not an image this host reads. `description` is the reason alone.
  struct Malformed: Error {
    let description: String
  }

  let bytes: [UInt8]
  let segments: [Segment]

  static let programHeaderLimit = 128

  init(_ bytes: [UInt8]) throws(Malformed) {
    self.bytes = bytes
    guard bytes.count >= 64, bytes[0] == 0x7F, bytes[1] == 0x45, bytes[2] == 0x4C, bytes[3] == 0x46
    else { throw Malformed(description: "is not an ELF file") }
    guard bytes[4] == 2, bytes[5] == 1 else {
      throw Malformed(description: "is not 64-bit little-endian")
    }
    guard Self.uint16(bytes, 16) == 3 else {
      throw Malformed(description: "is not a shared object")
    }
    guard Self.uint16(bytes, 18) == Self.machine else {
      throw Malformed(description: "was built for another processor")
    }
    guard let table = Int(exactly: Self.uint64(bytes, 32) ?? .max),
      let entrySize = Self.uint16(bytes, 54), let count = Self.uint16(bytes, 56)
    else { throw Malformed(description: "has an unreadable header") }
    guard entrySize == 56, count > 0, count <= Self.programHeaderLimit else {
      throw Malformed(description: "has \(count) program headers of \(entrySize) bytes")
    }
    var found: [Segment] = []
    for index in 0..<Int(count) {
      let (at, overflow) = table.addingReportingOverflow(index * 56)
      guard !overflow, at >= 64, at <= bytes.count - 56 else {
        throw Malformed(description: "has program headers outside the file")
      }
      guard let type = Self.uint32(bytes, at), let flags = Self.uint32(bytes, at + 4),
        let offset = Int(exactly: Self.uint64(bytes, at + 8) ?? .max),
        let address = Self.uint64(bytes, at + 16),
        let fileSize = Int(exactly: Self.uint64(bytes, at + 32) ?? .max),
        offset <= bytes.count, fileSize <= bytes.count - offset
      else { throw Malformed(description: "has a segment outside the file") }
      found.append(
        Segment(type: type, flags: flags, offset: offset, address: address, fileSize: fileSize))
    }
    segments = found
  }

  #if arch(arm64)
    static let machine: UInt16 = 183
  #else
    static let machine: UInt16 = 62
  #endif

  /// File offset of a virtual address, when `count` bytes from there lie inside one loaded segment.
  func offset(of address: UInt64, count: Int) -> Int? {
    for segment in segments where segment.type == 1 && address >= segment.address {
      guard let delta = Int(exactly: address - segment.address) else { continue }
      if delta <= segment.fileSize, count <= segment.fileSize - delta {
        return segment.offset + delta
      }
    }
    return nil
  }

  /// Bytes until the next zero at a virtual address, at most `limit`.
  func text(at address: UInt64, limit: Int = 4096) -> String? {
    guard let start = offset(of: address, count: 1) else { return nil }
    guard let end = bytes[start...].prefix(limit).firstIndex(of: 0) else { return nil }
    return String(validating: bytes[start..<end], as: UTF8.self)
  }

  static func uint16(_ bytes: [UInt8], _ at: Int) -> UInt16? {
    guard at >= 0, at <= bytes.count - 2 else { return nil }
    return UInt16(bytes[at]) | UInt16(bytes[at + 1]) << 8
  }

  static func uint32(_ bytes: [UInt8], _ at: Int) -> UInt32? {
    guard at >= 0, at <= bytes.count - 4 else { return nil }
    var value: UInt32 = 0
    for index in 0..<4 { value |= UInt32(bytes[at + index]) << (8 * UInt32(index)) }
    return value
  }

  static func uint64(_ bytes: [UInt8], _ at: Int) -> UInt64? {
    guard at >= 0, at <= bytes.count - 8 else { return nil }
    var value: UInt64 = 0
    for index in 0..<8 { value |= UInt64(bytes[at + index]) << (8 * UInt64(index)) }
    return value
  }
}
