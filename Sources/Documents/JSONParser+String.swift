extension JSONParser {
  /// Reads a string that begins at the current index with its opening quote.
  mutating func string() throws(DocumentError) -> String {
    let opening = position
    index += 1
    var text: [UInt8] = []
    while index < bytes.count {
      let byte = bytes[index]
      switch byte {
      case 0x22:
        index += 1
        return String(decoding: text, as: UTF8.self)
      case 0x5C:
        try escape(into: &text)
      case 0..<0x20:
        throw DocumentError(
          concat(
            "a control character (byte ", decimal(Int(byte)),
            ") must be written as an escape inside a string"),
          at: position)
      case 0x20..<0x80:
        text.append(byte)
        index += 1
      default:
        let count = UTF8Check.sequenceLength(bytes, at: index)
        guard count > 0 else { throw DocumentError("the text is not valid UTF-8", at: position) }
        text.append(contentsOf: bytes[index..<(index + count)])
        index += count
        continuations += count - 1
      }
    }
    throw DocumentError("this string is never closed", at: opening)
  }

  private mutating func escape(into text: inout [UInt8]) throws(DocumentError) {
    let start = position
    index += 1
    guard index < bytes.count else {
      throw DocumentError("the escape at the end of the document is incomplete", at: start)
    }
    let letter = bytes[index]
    index += 1
    switch letter {
    case 0x22, 0x5C, 0x2F: text.append(letter)
    case 0x62: text.append(0x08)
    case 0x66: text.append(0x0C)
    case 0x6E: text.append(0x0A)
    case 0x72: text.append(0x0D)
    case 0x74: text.append(0x09)
    case 0x75: try scalar(into: &text, from: start)
    default:
      throw DocumentError(
        "unknown escape; JSON has \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u", at: start)
    }
  }

  private mutating func scalar(
    into text: inout [UInt8], from start: Position
  ) throws(DocumentError) {
    var code = try unit(start)
    if code >= 0xD800, code < 0xE000 {
      // A high half must be followed at once by a low half (RFC 8259 section 7).
      guard code < 0xDC00, index + 1 < bytes.count, bytes[index] == 0x5C, bytes[index + 1] == 0x75
      else { throw DocumentError("half of a surrogate pair stands alone", at: start) }
      index += 2
      let low = try unit(start)
      guard low >= 0xDC00, low < 0xE000 else {
        throw DocumentError("half of a surrogate pair stands alone", at: start)
      }
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
    }
    UTF8Check.append(code, to: &text)
  }

  private mutating func unit(_ start: Position) throws(DocumentError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard index < bytes.count, let digit = hexDigit(bytes[index]) else {
        throw DocumentError("\\u needs four hexadecimal digits", at: start)
      }
      code = code << 4 | digit
      index += 1
    }
    return code
  }

  private func hexDigit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 0x30...0x39: UInt32(byte - 0x30)
    case 0x41...0x46: UInt32(byte - 0x41 + 10)
    case 0x61...0x66: UInt32(byte - 0x61 + 10)
    default: nil
    }
  }
}
