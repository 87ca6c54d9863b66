extension ELFImage {
  /// Descriptors of all notes with this owner and type, in file order (ELF gABI, "Note Section").
  func notes(owner: String, type wanted: UInt32) throws(Malformed) -> [[UInt8]] {
    let name = Array(owner.utf8) + [0]
    var found: [[UInt8]] = []
    for segment in segments where segment.type == 4 {
      var at = segment.offset
      let end = segment.offset + segment.fileSize
      while end - at >= 12 {
        guard let nameSize = Self.uint32(bytes, at), let size = Self.uint32(bytes, at + 4),
          let type = Self.uint32(bytes, at + 8)
        else { throw Malformed(description: "has a truncated note") }
        let nameAt = at + 12
        let paddedName = (Int(nameSize) + 3) & ~3
        guard paddedName <= end - nameAt else {
          throw Malformed(description: "has a truncated note")
        }
        let contentAt = nameAt + paddedName
        guard Int(size) <= end - contentAt else {
          throw Malformed(description: "has a truncated note")
        }
        if type == wanted, Int(nameSize) == name.count,
          Array(bytes[nameAt..<nameAt + name.count]) == name
        {
          found.append(Array(bytes[contentAt..<contentAt + Int(size)]))
        }
        at = min(end, contentAt + ((Int(size) + 3) & ~3))
      }
    }
    return found
  }
}
