/// Reads numbers as they are written in JSON (RFC 8259 section 6) and in the YAML 1.2 core schema
/// (section 10.3.2), which also has `0x1f`, `0o17`, a plus sign, leading zeros, `.5` and `.inf`.
public enum Numeral {
  /// The whole number a text stands for; nil when it has a fraction or an exponent, does not fit, or
  /// is no number.
  public static func int64(_ text: String) -> Int64? {
    let bytes = [UInt8](text.utf8)
    var index = 0
    var negative = false
    if let first = bytes.first, first == 0x2B || first == 0x2D {
      negative = first == 0x2D
      index = 1
    }
    var radix: Int64 = 10
    if index == 0, bytes.count > 2, bytes[0] == 0x30, bytes[1] == 0x78 || bytes[1] == 0x6F {
      radix = bytes[1] == 0x78 ? 16 : 8
      index = 2
    }
    guard index < bytes.count else { return nil }
    var number: Int64 = 0
    while index < bytes.count {
      guard let digit = digit(bytes[index]), digit < radix else { return nil }
      let (product, tooLarge) = number.multipliedReportingOverflow(by: radix)
      // Counting down for negative numbers reaches Int64.min without a detour.
      let (sum, pastEnd) =
        negative
        ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
      guard !tooLarge, !pastEnd else { return nil }
      number = sum
      index += 1
    }
    return number
  }

  private static func digit(_ byte: UInt8) -> Int64? {
    switch byte {
    case 0x30...0x39: Int64(byte - 0x30)
    case 0x41...0x46: Int64(byte - 0x41 + 10)
    case 0x61...0x66: Int64(byte - 0x61 + 10)
    default: nil
    }
  }

  /// Whether the whole text is a number by the grammar of JSON.
  public static func isJSON(_ text: String) -> Bool {
    let bytes = [UInt8](text.utf8)
    return jsonEnd(bytes, from: 0) == bytes.count && !bytes.isEmpty
  }

  /// The number in JSON grammar; nil for infinities, not-a-number and for what is no number at all.
  public static func json(_ text: String) -> String? {
    if isJSON(text) { return text }
    if let whole = int64(text) { return "\(whole)" }
    // What is left may be a decimal with a plus sign, spare zeros or a bare point.
    var bytes = [UInt8](text.utf8)
    var sign: [UInt8] = []
    if let first = bytes.first, first == 0x2B || first == 0x2D {
      if first == 0x2D { sign = [first] }
      bytes.removeFirst()
    }
    guard let first = bytes.first else { return nil }
    if first == 0x2E {
      guard bytes.count > 1, isDigit(bytes[1]) else { return nil }
    } else {
      guard isDigit(first) else { return nil }
      bytes.removeFirst(bytes.prefix { $0 == 0x30 }.count)
    }
    if bytes.first.map({ !isDigit($0) }) ?? true { bytes.insert(0x30, at: 0) }
    if let point = bytes.firstIndex(of: 0x2E) {
      let next = point + 1
      if next == bytes.count || !isDigit(bytes[next]) { bytes.insert(0x30, at: next) }
    }
    let repaired = String(decoding: sign + bytes, as: UTF8.self)
    return isJSON(repaired) ? repaired : nil
  }

  /// Where a JSON number that begins at `start` ends; nil when none begins there.
  static func jsonEnd(_ bytes: [UInt8], from start: Int) -> Int? {
    var index = start
    if index < bytes.count, bytes[index] == 0x2D { index += 1 }
    guard index < bytes.count, isDigit(bytes[index]) else { return nil }
    index = bytes[index] == 0x30 ? index + 1 : skipDigits(bytes, index)
    if index < bytes.count, bytes[index] == 0x2E {
      guard index + 1 < bytes.count, isDigit(bytes[index + 1]) else { return nil }
      index = skipDigits(bytes, index + 1)
    }
    if index < bytes.count, bytes[index] == 0x65 || bytes[index] == 0x45 {
      index += 1
      if index < bytes.count, bytes[index] == 0x2B || bytes[index] == 0x2D { index += 1 }
      guard index < bytes.count, isDigit(bytes[index]) else { return nil }
      index = skipDigits(bytes, index)
    }
    return index
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  private static func skipDigits(_ bytes: [UInt8], _ start: Int) -> Int {
    var index = start
    while index < bytes.count, isDigit(bytes[index]) { index += 1 }
    return index
  }
}
