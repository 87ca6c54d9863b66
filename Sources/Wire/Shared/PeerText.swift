/// What a peer says, made fit for the log and the terminal of whoever reads it.
enum PeerText {
  /// Longest text, in Unicode scalars.
  static let maxScalars = 4096

  /// The beginning of a text without what could steer a terminal or reorder a line.
  ///
  /// Line ends and tabs become spaces unless the peer may say more than one sentence.
  static func printable(_ text: String, mayHaveLines: Bool = false) -> String {
    let kept = text.unicodeScalars.prefix(maxScalars).compactMap { scalar -> Unicode.Scalar? in
      switch scalar.value {
      case 0x09, 0x0A: mayHaveLines ? scalar : " "
      case 0..<0x20, 0x7F..<0xA0, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF: nil
      default: scalar
      }
    }
    return String(String.UnicodeScalarView(kept))
  }
}
