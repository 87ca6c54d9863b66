import PluginABI

/// One typed value of a command call, as libffi passes it.
package enum CommandArgument: Sendable, Equatable {
  case text(String?)
  case flag(Bool)
  case signed(Int64)
  case unsigned(UInt64)
  case real(Double)
}

/// A command line that does not fit its command. Every problem at once.
struct CommandUsageError: Error, Sendable, Equatable {
  let problems: [String]
}

extension BoundCommand.Parameter {
  /// Reads what the user gave for this parameter; nil when nothing was given.
  func argument(_ value: String?) throws(CommandUsageError) -> CommandArgument {
    func problem(_ expected: String) -> CommandUsageError {
      CommandUsageError(problems: [
        "\(shownName) expects \(expected), not \(BoundCommand.shown(value ?? ""))"
      ])
    }
    switch kind {
    case TENON_PARAMETER_FLAG:
      switch value {
      case nil, "false", "0": return .flag(false)
      case "true", "1": return .flag(true)
      default: throw problem("true or false")
      }
    case TENON_PARAMETER_INT64:
      guard let value else { return .signed(0) }
      guard let number = Int64(value) else { throw problem("a whole number") }
      return .signed(number)
    case TENON_PARAMETER_UINT64:
      guard let value else { return .unsigned(0) }
      guard let number = UInt64(value) else { throw problem("a whole number of 0 or more") }
      return .unsigned(number)
    case TENON_PARAMETER_DOUBLE:
      guard let value else { return .real(0) }
      guard let number = Double(value), number.isFinite else { throw problem("a number") }
      return .real(number)
    case TENON_PARAMETER_DURATION:
      guard let value else { return .signed(0) }
      guard let nanoseconds = GoDuration.nanoseconds(value) else {
        throw problem("a duration like 90s, 20m or 1h30m")
      }
      return .signed(nanoseconds)
    case TENON_PARAMETER_CHOICE:
      if let value, !choices.contains(value) {
        throw problem("one of " + choices.joined(separator: ", "))
      }
      return .text(value)
    default:
      if let value, value.utf8.contains(0) { throw problem("text without a zero byte") }
      return .text(value)
    }
  }
}
