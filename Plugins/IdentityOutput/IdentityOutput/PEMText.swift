import Documents

/// Checks text in PEM (RFC 7468) before it becomes a part of a file that others read block by block:
/// one stray line would change what they take for the key.
enum PEMText {
  /// The blocks of `text`, each ending with one newline; nil when there is anything but complete
  /// blocks whose label `accepts`.
  static func blocks(_ text: String, accepts: (String) -> Bool) -> [String]? {
    var blocks: [String] = []
    var current = ""
    var label: String?
    for line in lines(text) {
      if let open = label {
        if line.sameBytes(as: concat("-----END ", open, "-----")) {
          blocks.append(current + line + "\n")
          label = nil
        } else {
          guard isBase64(line) else { return nil }
          current += line + "\n"
        }
      } else {
        guard let begun = boundary(line), accepts(begun) else { return nil }
        label = begun
        current = line + "\n"
      }
    }
    return label == nil ? blocks : nil
  }

  /// The text without the newlines at its end, line by line; no line when it is empty.
  private static func lines(_ text: String) -> [String] {
    var bytes = [UInt8](text.utf8)
    while bytes.last == 0x0A { bytes.removeLast() }
    if bytes.isEmpty { return [] }
    return bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  private static func boundary(_ line: String) -> String? {
    let bytes = [UInt8](line.utf8)
    let opening = [UInt8]("-----BEGIN ".utf8)
    let closing = [UInt8]("-----".utf8)
    guard bytes.count > opening.count + closing.count, bytes.starts(with: opening),
      bytes.suffix(closing.count).elementsEqual(closing)
    else { return nil }
    let label = bytes[opening.count..<(bytes.count - closing.count)]
    guard
      label.allSatisfy({ $0 == 0x20 || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) })
    else { return nil }
    return String(decoding: label, as: UTF8.self)
  }

  private static func isBase64(_ line: String) -> Bool {
    !line.isEmpty && line.utf8.allSatisfy(Base64Text.isAllowed)
  }
}
