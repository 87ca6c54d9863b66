import Documents

/// Values that live in files of their own: tokens and secrets.
enum SecretFile {
  static let maxBytes = 64 << 10

  /// The content without blanks and line breaks at both ends. Nil, with a problem reported that names the
  /// file and none of its content, when it cannot be read, is empty or is no text.
  ///
  /// - Parameter label: the key that named the file.
  static func read(
    _ path: Placed<String>, surroundings: ConfigSurroundings, report: inout ConfigReport
  ) -> String? {
    func refuse(_ reason: String, _ hint: String) -> String? {
      report.refuse(
        path.place, "the file \(path.value.excerpt) of \(path.label) \(reason)", hint: hint)
      return nil
    }
    switch surroundings.readFile(path.value, maxBytes) {
    case .failure(let failure):
      return refuse(
        "cannot be read: \(failure.reason)", "make it readable for the agent, or correct the path")
    case .success(let bytes):
      guard let text = String(validating: bytes, as: UTF8.self), !text.contains("\0") else {
        return refuse("is no text", "write the plain value into it")
      }
      let trimmed = trimmed(text)
      return trimmed.isEmpty ? refuse("is empty", "write the value into it") : trimmed
    }
  }

  private static func trimmed(_ text: String) -> String {
    let start = text.drop { $0.isWhitespace }
    guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...end])
  }
}
