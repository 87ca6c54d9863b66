/// The shapes of names in a manifest.
extension ManifestParser {
  static func isIdentifier(_ text: String) -> Bool {
    let parts = text.utf8.split(separator: 0x2E, omittingEmptySubsequences: false)
    return text.utf8.count <= 128 && parts.count >= 2
      && parts.allSatisfy { part in
        !part.isEmpty
          && part.allSatisfy {
            ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D
          }
      }
  }

  static func isSemanticVersion(_ text: String) -> Bool {
    let core = text.prefix { $0 != "-" && $0 != "+" }
    let numbers = core.split(separator: ".", omittingEmptySubsequences: false)
    return numbers.count == 3 && text.utf8.count <= 64
      && numbers.allSatisfy { number in
        !number.isEmpty && number.utf8.count <= 9
          && number.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
          && (number == "0" || number.first != "0")
      }
  }

  /// `<dotted name>/<revision>`.
  static func isCapability(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let revision = UInt16(parts[1]), revision > 0 else { return false }
    return isIdentifier(String(parts[0])) && parts[1] == String(revision)
  }

  static func isName(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x5F || $0 == 0x2D
      }
  }

  /// Words of `[a-z0-9-]`, one space between two.
  static func isCommandName(_ text: String) -> Bool {
    let words = text.utf8.split(separator: 0x20, omittingEmptySubsequences: false)
    return text.utf8.count <= 64
      && words.allSatisfy { word in
        guard let first = word.first, first != 0x2D else { return false }
        return word.allSatisfy {
          ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D
        }
      }
  }

  /// `--` and words of `[a-z0-9]` between dashes; `--no-` begins the opposite of a flag.
  static func isFlag(_ text: String) -> Bool {
    let name = text.utf8.dropFirst(2)
    return text.hasPrefix("--") && text.utf8.count <= 64 && !text.hasPrefix("--no-")
      && name.split(separator: 0x2D, omittingEmptySubsequences: false).allSatisfy { word in
        !word.isEmpty
          && word.allSatisfy { ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) }
      }
  }

  static func isRecordName(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count) && text != "." && text != ".."
      && text.utf8.allSatisfy {
        ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2E || $0 == 0x5F
          || $0 == 0x2D
      }
  }
}
