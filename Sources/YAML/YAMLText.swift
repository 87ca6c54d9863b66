import Documents

/// How a string is written: plain where no reader can take it for anything else, otherwise quoted.
enum YAMLText {
  /// The string on one line, as a value or a key.
  static func inline(_ text: String) -> String { isPlain(text) ? text : quoted(text) }

  /// The lines of a literal block; nil when the string has one line or a block cannot hold it exactly.
  static func literalLines(_ text: String) -> [String]? {
    guard text.utf8.contains(0x0A), let first = text.utf8.first else { return nil }
    guard first != 0x20, first != 0x09, first != 0x0A else { return nil }
    for scalar in text.unicodeScalars where scalar != "\n" && scalar != "\t" {
      if !isPrintable(scalar) { return nil }
    }
    var lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
    if text.utf8.last == 0x0A { lines.removeLast() }
    // A second newline at the end would need another kind of block, and a line of blanks alone is
    // easily lost in an editor.
    if lines.last?.isEmpty ?? true { return nil }
    for line in lines where !line.isEmpty && line.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) {
      return nil
    }
    return lines.map { String(decoding: $0, as: UTF8.self) }
  }

  private static func isPlain(_ text: String) -> Bool {
    let bytes = [UInt8](text.utf8)
    guard let first = bytes.first, let last = bytes.last else { return false }
    guard isLetter(first) || isDigit(first) || first == 0x5F || first == 0x2F else { return false }
    guard last != 0x20, last != 0x3A else { return false }
    for (index, byte) in bytes.enumerated() {
      guard isLetter(byte) || isDigit(byte) || safeMarks.contains(byte) else { return false }
      if byte == 0x3A, bytes[index + 1] == 0x20 { return false }
      if byte == 0x23, bytes[index - 1] == 0x20 { return false }
    }
    if isDigit(first), mayBeNumber(bytes) { return false }
    return !reservedWords.contains(text.lowercased())
  }

  /// Readers of YAML 1.1 know dates, `1_000`, `0b1` and `12:30:45` as well. Two dots or four dashes
  /// make an address, a version or an identifier.
  private static func mayBeNumber(_ bytes: [UInt8]) -> Bool {
    bytes.count { $0 == 0x2E } < 2 && bytes.count { $0 == 0x2D } < 4
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      default:
        if isPrintable(scalar) {
          result.unicodeScalars.append(scalar)
        } else if scalar.value < 0x100 {
          result += "\\x" + hex(scalar.value, digits: 2)
        } else if scalar.value < 0x10000 {
          result += "\\u" + hex(scalar.value, digits: 4)
        } else {
          result += "\\U" + hex(scalar.value, digits: 8)
        }
      }
    }
    return result + "\""
  }

  /// Characters that every YAML reader takes raw and none takes for a line break.
  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD,
      0x10000...0x10FFFF:
      true
    default: false
    }
  }

  private static func hex(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: digits - text.utf8.count) + text
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x41...0x5A) ~= byte || (0x61...0x7A) ~= byte
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39) ~= byte }

  private static let safeMarks: [UInt8] = [UInt8](" _./@+=,:;()$^~*#-".utf8)
  private static let reservedWords: Set<String> = [
    "null", "true", "false", "yes", "no", "on", "off", "y", "n",
  ]
}
