import Documents

/// Turns what libyaml reports into a sentence that says what to change.
enum YAMLProblem {
  static let tags =
    "tags (!name) are not supported; remove the tag, or quote the value if it begins with '!'"

  /// - Parameters:
  ///   - context: what libyaml was reading, e.g. "while parsing a block mapping"; may be empty.
  ///   - contextLine: where that began, from 1.
  ///   - line: the bytes of the line with the problem.
  ///   - column: where on that line, from 1.
  static func sentence(
    _ problem: String, context: String, contextLine: Int, line: [UInt8], column: Int
  ) -> String {
    if line.prefix(max(column, 1)).allSatisfy({ $0 == 0x20 || $0 == 0x09 }), line.contains(0x09) {
      return "a tab cannot indent YAML; use spaces"
    }
    switch problem {
    case "mapping values are not allowed in this context":
      return "':' is not allowed here; check the indentation, or quote a value that contains ': '"
    case "could not find expected ':'":
      return "this line or the one before lacks ':' after the key"
    case "did not find expected key":
      return "expected a key with the indentation of the map that begins in line \(contextLine); "
        + "check the indentation and the quotes"
    case "did not find expected '-' indicator":
      return "expected '-' with the indentation of the list that begins in line \(contextLine)"
    case "found character that cannot start any token":
      let character = found(line, column)
      return "a value cannot begin with \(character); put it in quotes"
    case "found unexpected end of stream":
      return "the text in quotes that begins in line \(contextLine) is never closed"
    case "found unexpected document indicator":
      return "a '---' or '...' line stands inside the text in quotes that begins in line "
        + "\(contextLine); close the quotes"
    case "found unknown escape character":
      return "unknown escape in double quotes; write '\\\\' for a backslash or use single quotes"
    case "did not find expected ',' or ']'":
      return "expected ',' or ']' in the list that begins in line \(contextLine)"
    case "did not find expected ',' or '}'":
      return "expected ',' or '}' in the map that begins in line \(contextLine)"
    case "did not find expected <document start>":
      return "expected the end of the document or a '---' line; check the indentation"
    case "did not find expected node content":
      return "expected a value"
    case "found undefined tag handle":
      return YAMLProblem.tags
    case "block sequence entries are not allowed in this context":
      return "a list item ('- ') is not allowed here; begin the list on its own line"
    case "block mapping entries are not allowed in this context":
      return "a map is not allowed here; begin it on its own line"
    case "found incompatible YAML document":
      return "this YAML version is not supported; remove the %YAML line"
    default:
      return context.isEmpty ? problem : "\(problem) \(context)"
    }
  }

  private static func found(_ line: [UInt8], _ column: Int) -> String {
    let scalars = String(decoding: line, as: UTF8.self).unicodeScalars
    guard let scalar = scalars.dropFirst(column - 1).first, scalar.value > 0x20,
      scalar.value != 0x7F
    else { return "this character" }
    return "'\(scalar)'"
  }
}
