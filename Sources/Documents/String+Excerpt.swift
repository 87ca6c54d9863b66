extension String {
  /// This text as an error message may show it: in double quotes, at most 64 characters, and with
  /// every character that could steer a terminal or reorder the line replaced.
  public var excerpt: String {
    let start = String(String.UnicodeScalarView(unicodeScalars.prefix(64))).printable
    return "\"" + start + (unicodeScalars.dropFirst(64).isEmpty ? "\"" : "…\"")
  }

  /// This text on one line: line ends and tabs are spaces, and every other character that could steer
  /// a terminal or reorder the line is `?`.
  public var printable: String {
    var result = ""
    for scalar in unicodeScalars {
      switch scalar.value {
      case 0x09, 0x0A, 0x0D, 0x2028, 0x2029: result += " "
      case 0..<0x20, 0x7F..<0xA0, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFEFF:
        result += "?"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
