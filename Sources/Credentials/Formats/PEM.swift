/// Reading PEM text.
public enum PEM {
  /// The longest text that is looked at.
  public static let maxBytes = 1 << 20

  /// All blocks in order of appearance; text between blocks is skipped.
  ///
  /// - Throws: `malformed` for a block without end, with another label at its end or with a body that
  ///   is not base64; `unsupported` for a block encrypted by headers (RFC 1421).
  public static func parse(_ text: some Collection<UInt8>) throws(CredentialError) -> [PEMBlock] {
    guard text.count <= maxBytes else {
      throw CredentialError(.malformed, "PEM text is longer than \(maxBytes) bytes")
    }
    var blocks: [PEMBlock] = []
    var open: String?
    var body: [UInt8] = []
    for line in text.split(
      omittingEmptySubsequences: false, whereSeparator: { $0 == UInt8(ascii: "\n") })
    {
      let line = trimmed(line)
      if let begin = label(of: line, marker: "-----BEGIN ") {
        guard open == nil else {
          throw CredentialError(.malformed, "PEM block \(open ?? "") has no end line")
        }
        open = begin
        body.removeAll(keepingCapacity: true)
      } else if let end = label(of: line, marker: "-----END ") {
        guard let label = open, label == end else {
          throw CredentialError(.malformed, "PEM end line \(end) closes no block of that label")
        }
        guard let bytes = Base64.decode(body) else {
          throw CredentialError(.malformed, "the body of PEM block \(label) is not base64")
        }
        blocks.append(PEMBlock(label: label, bytes: bytes))
        body.wipe()
        open = nil
      } else if let label = open {
        if line.contains(UInt8(ascii: ":")) {
          guard !line.starts(with: "Proc-Type:".utf8) else {
            throw CredentialError(
              .unsupported, "PEM block \(label) is encrypted", remedy: "decrypt it first")
          }
          continue
        }
        body += line
      }
    }
    guard open == nil else {
      throw CredentialError(.malformed, "PEM block \(open ?? "") has no end line")
    }
    return blocks
  }

  /// All blocks of a text; see ``parse(_:)-(Collection<UInt8>)``.
  public static func parse(_ text: String) throws(CredentialError) -> [PEMBlock] {
    try parse(text.utf8)
  }

  private static func label(of line: some Collection<UInt8>, marker: String) -> String? {
    guard line.starts(with: marker.utf8), line.count >= marker.utf8.count + 5 else { return nil }
    let rest = line.dropFirst(marker.utf8.count)
    guard rest.suffix(5).elementsEqual("-----".utf8) else { return nil }
    let label = rest.dropLast(5)
    guard label.count <= 64, label.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else { return nil }
    return String(decoding: label, as: UTF8.self)
  }

  private static func trimmed<Line: Collection<UInt8>>(_ line: Line) -> Line.SubSequence {
    var line = line[...]
    while let first = line.first, isSpace(first) { line = line.dropFirst() }
    var kept = line.count
    var length = 0
    for byte in line {
      length += 1
      if !isSpace(byte) { kept = length }
    }
    return line.isEmpty ? line : line.prefix(kept)
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
  }
}
