/// Values as unit files carry them: systemd takes words apart at blanks, reads quotes and backslashes,
/// and replaces `%` and `$`.
enum UnitText {
  /// What a value may not hold, because no way of writing it survives every version of systemd; nil when
  /// it is fine.
  static func fault(of value: String) -> String? {
    if value.isEmpty { return "is empty" }
    if value.hasPrefix(" ") || value.hasSuffix(" ") { return "has a blank at its beginning or end" }
    for scalar in value.unicodeScalars {
      switch scalar.value {
      case 0x0A, 0x0D: return "has a line break"
      case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029: return "has a control character"
      case 0x5C: return "has a backslash"
      case 0xFFFD: return "is not UTF-8"
      default: break
      }
    }
    if value.contains("\""), value.contains("'") { return "has quotes of both kinds" }
    return nil
  }

  /// One word of a list of words, such as the paths of `ReadWritePaths=`.
  static func word(_ value: String) -> String { quoted(specifiersEscaped(value)) }

  /// One argument of `ExecStart=`, where `$` stands for variables as well.
  static func argument(_ value: String) -> String {
    quoted(doubling("$", in: specifiersEscaped(value)))
  }

  /// A value that is a whole line: `PIDFile=`.
  static func line(_ value: String) -> String { specifiersEscaped(value) }

  private static func specifiersEscaped(_ value: String) -> String { doubling("%", in: value) }

  private static func doubling(_ character: Character, in value: String) -> String {
    value.split(separator: character, omittingEmptySubsequences: false)
      .joined(separator: String([character, character]))
  }

  /// In quotes unless every character is one that stands for itself anywhere in a word.
  private static func quoted(_ value: String) -> String {
    let isPlain = value.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...:
        true
      default: "/._-+=:,@%$~".utf8.contains(byte)
      }
    }
    if isPlain { return value }
    return value.contains("\"") ? "'\(value)'" : "\"\(value)\""
  }
}
