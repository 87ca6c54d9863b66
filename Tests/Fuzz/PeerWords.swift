// sources: Sources/Wire/Shared/PeerText.swift

/// Any text as the words of a peer: cut, on one line, and without anything that a terminal obeys.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  let text = String(decoding: UnsafeBufferPointer(start: data, count: count), as: UTF8.self)
  let line = PeerText.printable(text)
  let lines = PeerText.printable(text, mayHaveLines: true)
  precondition(line.unicodeScalars.count <= PeerText.maxScalars)
  for scalar in line.unicodeScalars {
    precondition(scalar.properties.generalCategory != .control)
    precondition(scalar.properties.generalCategory != .lineSeparator)
    precondition(
      !(0x202A...0x202E).contains(scalar.value) && !(0x2066...0x2069).contains(scalar.value))
  }
  // What is fit once stays as it is, and lines differ from the one line in nothing but their ends.
  precondition(PeerText.printable(line) == line)
  precondition(PeerText.printable(lines, mayHaveLines: true) == lines)
  precondition(PeerText.printable(lines) == line)
  return 0
}
