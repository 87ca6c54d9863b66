import Documents

/// What a plain scalar means under the core schema (YAML 1.2.2, section 10.3.2).
enum CoreSchema {
  static func value(_ text: String) -> Value {
    switch text {
    case "", "~", "null", "Null", "NULL": .null
    case "true", "True", "TRUE": .bool(true)
    case "false", "False", "FALSE": .bool(false)
    default: isNumber(text) ? .number(text) : .string(text)
    }
  }

  static func isNumber(_ text: String) -> Bool {
    let bytes = [UInt8](text.utf8)
    if bytes.starts(with: [0x30, 0x6F]) { return all(bytes.dropFirst(2)) { (0x30...0x37) ~= $0 } }
    if bytes.starts(with: [0x30, 0x78]) { return all(bytes.dropFirst(2), isHex) }
    var rest = bytes[...]
    if let sign = rest.first, sign == 0x2B || sign == 0x2D { rest = rest.dropFirst() }
    switch String(decoding: rest, as: UTF8.self) {
    case ".inf", ".Inf", ".INF": return true
    case ".nan", ".NaN", ".NAN": return rest.count == bytes.count
    default: return isDecimal(rest)
    }
  }

  private static func isDecimal(_ bytes: ArraySlice<UInt8>) -> Bool {
    var rest = bytes
    let whole = rest.prefix(while: isDigit).count
    rest = rest.dropFirst(whole)
    var fraction = 0
    if rest.first == 0x2E {
      rest = rest.dropFirst()
      fraction = rest.prefix(while: isDigit).count
      rest = rest.dropFirst(fraction)
    }
    guard whole + fraction > 0 else { return false }
    if let letter = rest.first, letter == 0x65 || letter == 0x45 {
      rest = rest.dropFirst()
      if let sign = rest.first, sign == 0x2B || sign == 0x2D { rest = rest.dropFirst() }
      return all(rest, isDigit)
    }
    return rest.isEmpty
  }

  private static func all(_ bytes: ArraySlice<UInt8>, _ test: (UInt8) -> Bool) -> Bool {
    !bytes.isEmpty && bytes.allSatisfy(test)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39) ~= byte }

  private static func isHex(_ byte: UInt8) -> Bool {
    isDigit(byte) || (0x41...0x46) ~= byte || (0x61...0x66) ~= byte
  }
}
