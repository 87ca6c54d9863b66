/// Decimal text of numbers too long for a machine word.
enum Decimal {
  /// The decimal digits of a big-endian number.
  static func text(_ number: [UInt8]) -> String {
    var rest = number
    var digits: [UInt8] = []
    while rest.contains(where: { $0 != 0 }) {
      var remainder = 0
      for index in rest.indices {
        let value = remainder << 8 | Int(rest[index])
        rest[index] = UInt8(truncatingIfNeeded: value / 10)
        remainder = value % 10
      }
      digits.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: remainder))
    }
    return digits.isEmpty ? "0" : String(decoding: digits.reversed(), as: UTF8.self)
  }
}
