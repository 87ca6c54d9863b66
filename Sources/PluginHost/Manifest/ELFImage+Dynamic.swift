extension ELFImage {
  /// What the dynamic section says that the load policy asks about.
  struct Dynamic {
    var needed: [String] = []
    var runPath: String?
    var exports: [String] = []
    var hasTextRelocations = false
    var bindsNow = false
    var isNoDelete = false
  }

  var hasExecutableStack: Bool {
    guard let stack = segments.first(where: { $0.type == 0x6474_E551 }) else { return true }
    return stack.flags & 1 != 0
  }

  /// Whether the loader write-protects relocated data once it is done (PT_GNU_RELRO).
  var hasReadOnlyRelocations: Bool { segments.contains { $0.type == 0x6474_E552 } }

  static let entryLimit = 1024
  static let symbolLimit = 1 << 16

  /// Reads the dynamic section through its program header.
  func dynamic() throws(Malformed) -> Dynamic {
    guard let segment = segments.first(where: { $0.type == 2 }) else {
      throw Malformed(description: "has no dynamic section")
    }
    var entries: [(tag: UInt64, value: UInt64)] = []
    for index in 0..<(segment.fileSize / 16) {
      guard let tag = Self.uint64(bytes, segment.offset + index * 16),
        let value = Self.uint64(bytes, segment.offset + index * 16 + 8)
      else { throw Malformed(description: "has a truncated dynamic section") }
      if tag == 0 { break }
      guard entries.count < Self.entryLimit else {
        throw Malformed(description: "has more than \(Self.entryLimit) dynamic entries")
      }
      entries.append((tag, value))
    }
    func value(_ tag: UInt64) -> UInt64? { entries.first { $0.tag == tag }?.value }
    guard let strings = value(5) else { throw Malformed(description: "has no string table") }
    func name(_ offset: UInt64) throws(Malformed) -> String {
      let (address, overflow) = strings.addingReportingOverflow(offset)
      guard !overflow, let text = text(at: address) else {
        throw Malformed(description: "has a name outside its string table")
      }
      return text
    }

    var result = Dynamic()
    for entry in entries {
      switch entry.tag {
      case 1: result.needed.append(try name(entry.value))
      case 15, 29: result.runPath = try name(entry.value)
      case 22: result.hasTextRelocations = true
      case 24: result.bindsNow = true
      case 30:
        if entry.value & 4 != 0 { result.hasTextRelocations = true }
        if entry.value & 8 != 0 { result.bindsNow = true }
      case 0x6FFF_FFFB:
        if entry.value & 1 != 0 { result.bindsNow = true }
        if entry.value & 8 != 0 { result.isNoDelete = true }
      default: break
      }
    }
    guard let symbols = value(6) else { throw Malformed(description: "has no symbol table") }
    let count = try symbolCount(sysv: value(4), gnu: value(0x6FFF_FEF5))
    for index in 1..<max(count, 1) {
      guard let at = offset(of: symbols &+ UInt64(index) &* 24, count: 24),
        let nameOffset = Self.uint32(bytes, at), let section = Self.uint16(bytes, at + 6)
      else { throw Malformed(description: "has symbols outside the file") }
      let binding = bytes[at + 4] >> 4
      if section != 0, binding == 1 || binding == 2 {
        result.exports.append(try name(UInt64(nameOffset)))
      }
    }
    return result
  }

  /// How many dynamic symbols there are; only the hash tables tell.
  private func symbolCount(sysv: UInt64?, gnu: UInt64?) throws(Malformed) -> Int {
    if let sysv, let at = offset(of: sysv, count: 8), let count = Self.uint32(bytes, at + 4) {
      guard Int(count) <= Self.symbolLimit else {
        throw Malformed(description: "has \(count) dynamic symbols")
      }
      return Int(count)
    }
    guard let gnu, let at = offset(of: gnu, count: 16), let buckets = Self.uint32(bytes, at),
      let first = Self.uint32(bytes, at + 4), let bloom = Self.uint32(bytes, at + 8),
      Int(buckets) <= Self.symbolLimit, Int(first) <= Self.symbolLimit,
      Int(bloom) <= Self.symbolLimit
    else { throw Malformed(description: "has no readable symbol hash table") }
    let bucketsAt = at + 16 + Int(bloom) * 8
    var last = 0
    for index in 0..<Int(buckets) {
      guard let head = Self.uint32(bytes, bucketsAt + index * 4) else {
        throw Malformed(description: "has a truncated symbol hash table")
      }
      last = max(last, Int(head))
    }
    guard last >= Int(first) else { return Int(first) }
    let chainsAt = bucketsAt + Int(buckets) * 4
    while last <= Self.symbolLimit {
      guard let link = Self.uint32(bytes, chainsAt + (last - Int(first)) * 4) else {
        throw Malformed(description: "has a truncated symbol hash table")
      }
      last += 1
      if link & 1 == 1 { return last }
    }
    throw Malformed(description: "has more than \(Self.symbolLimit) dynamic symbols")
  }
}
