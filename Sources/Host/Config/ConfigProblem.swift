import Documents

/// One thing wrong with the configuration, or worth a warning: where, what, and what to do about it.
struct ConfigProblem: Sendable, Equatable, CustomStringConvertible {
  /// Where a value comes from.
  enum Place: Sendable, Equatable {
    /// A place in the file; `Position.none` means the file as a whole.
    case file(String, Position)
    /// A flag of the command line, by its name with dashes.
    case flag(String)
  }

  var place: Place
  /// What is wrong, lower case, no final period. Never holds a secret.
  var message: String
  /// What to do about it; may be empty.
  var hint: String

  /// Characters that could break the line or steer a terminal are replaced: texts may quote the file.
  init(_ place: Place, _ message: String, hint: String = "") {
    self.place = place
    self.message = Self.printable(message)
    self.hint = Self.printable(hint)
  }

  /// `tbot.yaml:12:3: message; hint`, or `--flag: message; hint`.
  var description: String {
    let start = "\(place)"
    // A message about a flag mostly begins with its name.
    let saysPlace = message.hasPrefix(start + " ")
    return (saysPlace ? message : "\(start): \(message)") + (hint.isEmpty ? "" : "; \(hint)")
  }

  private static func printable(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0..<0x20, 0x7F..<0xA0, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF:
        result.append("?")
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}

extension ConfigProblem.Place: CustomStringConvertible {
  var description: String {
    switch self {
    case .file(let name, let position):
      position.isKnown ? "\(name):\(position.line):\(position.column)" : name
    case .flag(let name): name
    }
  }

  /// The place as a sentence names it from elsewhere in the same file: "line 4" or "--token".
  var short: String {
    switch self {
    case .file(let name, let position): position.isKnown ? "line \(position.line)" : name
    case .flag(let name): name
    }
  }

  /// The line, for sorting; flags and the file as a whole come first.
  var order: (line: Int, column: Int) {
    guard case .file(_, let position) = self else { return (0, 0) }
    return (position.line, position.column)
  }
}
