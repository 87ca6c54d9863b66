extension String {
  /// This text as an error message may show it: in double quotes, at most 64 characters, and with
  /// every character that could steer a terminal or reorder the line replaced by `?`.
  public var excerpt: String {
    var result = "\""
    var count = 0
    for scalar in unicodeScalars {
      if count == 64 { return result + "…\"" }
      switch scalar.value {
      case 0..<0x20, 0x7F..<0xA0, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF:
        result += "?"
      default: result.unicodeScalars.append(scalar)
      }
      count += 1
    }
    return result + "\""
  }
}
