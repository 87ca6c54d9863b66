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
    self.message = message.printable
    self.hint = hint.printable
  }

  /// `tbot.yaml:12:3: message; hint`, or `--flag: message; hint`.
  var description: String {
    let start = "\(place)"
    // A message about a flag mostly begins with its name.
    let saysPlace = message.hasPrefix(start + " ")
    return (saysPlace ? message : "\(start): \(message)") + (hint.isEmpty ? "" : "; \(hint)")
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
