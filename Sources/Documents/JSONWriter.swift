/// Collects the bytes of one JSON text.
struct JSONWriter {
  private(set) var bytes: [UInt8] = []
  private let pretty: Bool

  init(pretty: Bool) { self.pretty = pretty }

  mutating func write(_ node: Node, depth: Int) {
    switch node.value {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .bool(let flag): bytes.append(contentsOf: (flag ? "true" : "false").utf8)
    case .number(let text):
      if let number = Numeral.json(text) {
        bytes.append(contentsOf: number.utf8)
      } else {
        write(text)
      }
    case .string(let text): write(text)
    case .list(let nodes):
      bytes.append(0x5B)
      for (index, element) in nodes.enumerated() {
        separate(first: index == 0, depth: depth + 1)
        write(element, depth: depth + 1)
      }
      if !nodes.isEmpty { breakLine(depth) }
      bytes.append(0x5D)
    case .map(let members):
      bytes.append(0x7B)
      for (index, member) in members.enumerated() {
        separate(first: index == 0, depth: depth + 1)
        write(member.key)
        bytes.append(0x3A)
        if pretty { bytes.append(0x20) }
        write(member.value, depth: depth + 1)
      }
      if !members.isEmpty { breakLine(depth) }
      bytes.append(0x7D)
    }
  }

  private mutating func separate(first: Bool, depth: Int) {
    if !first { bytes.append(0x2C) }
    breakLine(depth)
  }

  private mutating func breakLine(_ depth: Int) {
    guard pretty else { return }
    bytes.append(0x0A)
    for _ in 0..<(depth * 2) { bytes.append(0x20) }
  }

  private mutating func write(_ text: String) {
    bytes.append(0x22)
    for byte in text.utf8 {
      switch byte {
      case 0x22, 0x5C: bytes.append(contentsOf: [0x5C, byte])
      case 0x08: bytes.append(contentsOf: [0x5C, 0x62])
      case 0x09: bytes.append(contentsOf: [0x5C, 0x74])
      case 0x0A: bytes.append(contentsOf: [0x5C, 0x6E])
      case 0x0C: bytes.append(contentsOf: [0x5C, 0x66])
      case 0x0D: bytes.append(contentsOf: [0x5C, 0x72])
      case 0..<0x20:
        bytes.append(contentsOf: [0x5C, 0x75, 0x30, 0x30, hex(byte >> 4), hex(byte & 15)])
      default: bytes.append(byte)
      }
    }
    bytes.append(0x22)
  }

  private func hex(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 0x30 + nibble : 0x61 + nibble - 10 }
}
