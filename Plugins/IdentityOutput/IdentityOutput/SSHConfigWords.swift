import Documents

/// Puts paths and words into ssh_config(5) so that they come out unchanged on the other side.
enum SSHConfigWords {
  /// A path as the argument of a directive: in double quotes, `%` doubled against token expansion.
  ///
  /// - Throws: for control characters, which no quoting carries through a line, and for `${`, which
  ///   OpenSSH replaces by an environment variable and offers no escape for.
  static func path(_ path: String) throws(OutputFailure) -> String {
    try check(path)
    if contains(path, "${") {
      throw OutputFailure(
        .configuration,
        concat("OpenSSH cannot name ", path.excerpt, " in its configuration because of '${'"),
        hint: "choose another directory, or set ssh_config: off")
    }
    var result: [UInt8] = [0x22]
    for byte in path.utf8 {
      if byte == 0x22 || byte == 0x5C { result.append(0x5C) }
      if byte == 0x25 { result.append(0x25) }
      result.append(byte)
    }
    return String(decoding: result + [0x22], as: UTF8.self)
  }

  /// A word of a ProxyCommand: in single quotes for the shell, `%` doubled against token expansion.
  static func shell(_ word: String) throws(OutputFailure) -> String {
    try check(word)
    var result: [UInt8] = [0x27]
    for byte in word.utf8 {
      switch byte {
      case 0x27: result += [0x27, 0x5C, 0x27, 0x27]
      case 0x25: result += [0x25, 0x25]
      default: result.append(byte)
      }
    }
    return String(decoding: result + [0x27], as: UTF8.self)
  }

  private static func check(_ text: String) throws(OutputFailure) {
    for byte in text.utf8 where byte < 0x20 || byte == 0x7F {
      throw OutputFailure(
        .configuration,
        concat("OpenSSH cannot name ", text.excerpt, ": it has a control character"),
        hint: "choose a path without control characters, or set ssh_config: off")
    }
  }

  private static func contains(_ text: String, _ part: String) -> Bool {
    let bytes = [UInt8](text.utf8)
    let wanted = [UInt8](part.utf8)
    guard bytes.count >= wanted.count else { return false }
    for start in 0...(bytes.count - wanted.count)
    where bytes[start..<(start + wanted.count)].elementsEqual(wanted) { return true }
    return false
  }
}
