/// RFC 3339 times in UTC, to and from whole seconds since 1970-01-01T00:00:00Z.
public enum Timestamp {
  /// `2030-01-01T00:00:00Z`.
  public static func text(_ seconds: Int64) -> String {
    let days = floorDivide(seconds, 86_400)
    let rest = seconds - days * 86_400
    let (year, month, day) = civil(days)
    return pad(year, 4) + "-" + pad(month, 2) + "-" + pad(day, 2) + "T" + pad(rest / 3600, 2) + ":"
      + pad(rest % 3600 / 60, 2) + ":" + pad(rest % 60, 2) + "Z"
  }

  /// Seconds of an RFC 3339 text, with `Z` or an offset; fractions are cut. Nil when it is none.
  public static func seconds(_ text: String) -> Int64? {
    let b = [UInt8](text.utf8)
    guard b.count >= 20, b.count <= 40, b[4] == 0x2D, b[7] == 0x2D,
      b[10] == 0x54 || b[10] == 0x74 || b[10] == 0x20, b[13] == 0x3A, b[16] == 0x3A,
      let year = number(b, 0, 4), let month = number(b, 5, 2), let day = number(b, 8, 2),
      let hour = number(b, 11, 2), let minute = number(b, 14, 2), let second = number(b, 17, 2),
      (1...12).contains(month), day >= 1, day <= daysIn(month, year), hour < 24, minute < 60,
      second <= 60
    else { return nil }
    var at = 19
    if b[at] == 0x2E {
      at += 1
      let start = at
      while at < b.count, b[at] >= 0x30, b[at] <= 0x39 { at += 1 }
      guard at > start else { return nil }
    }
    guard at < b.count else { return nil }
    var offset: Int64 = 0
    switch b[at] {
    case 0x5A, 0x7A: guard at == b.count - 1 else { return nil }
    case 0x2B, 0x2D:
      guard b.count == at + 6, b[at + 3] == 0x3A, let hours = number(b, at + 1, 2),
        let minutes = number(b, at + 4, 2), hours < 24, minutes < 60
      else { return nil }
      offset = (hours * 3600 + minutes * 60) * (b[at] == 0x2B ? 1 : -1)
    default: return nil
    }
    return days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset
  }

  private static func number(_ bytes: [UInt8], _ at: Int, _ count: Int) -> Int64? {
    guard at + count <= bytes.count else { return nil }
    var value: Int64 = 0
    for index in at..<at + count {
      guard bytes[index] >= 0x30, bytes[index] <= 0x39 else { return nil }
      value = value * 10 + Int64(bytes[index] - 0x30)
    }
    return value
  }

  private static func pad(_ value: Int64, _ width: Int) -> String {
    var digits: [UInt8] = []
    var rest = value < 0 ? 0 : value
    for _ in 0..<width {
      digits.insert(UInt8(0x30 + rest % 10), at: 0)
      rest /= 10
    }
    return String(decoding: digits, as: UTF8.self)
  }

  private static func daysIn(_ month: Int64, _ year: Int64) -> Int64 {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    default: 31
    }
  }

  /// Days since 1970-01-01 of a date in the proleptic Gregorian calendar.
  private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = floorDivide(shifted, 400)
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  private static func civil(_ days: Int64) -> (Int64, Int64, Int64) {
    let shifted = days + 719_468
    let era = floorDivide(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthPart = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthPart + 2) / 5 + 1
    let month = monthPart < 10 ? monthPart + 3 : monthPart - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }

  private static func floorDivide(_ a: Int64, _ b: Int64) -> Int64 {
    let quotient = a / b
    return a % b < 0 ? quotient - 1 : quotient
  }
}
