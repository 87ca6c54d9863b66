import PluginHost

extension Flags.Specification {
  /// The flags that a join method's manifest declares. Each takes a value.
  static func flags(of method: JoinMethodDeclaration) -> [Flags.Specification] {
    method.config.compactMap { key in
      guard let flag = key.flag else { return nil }
      let placeholder =
        switch key.kind {
        case .string: key.isSecret ? "SECRET" : "TEXT"
        case .bool: "true|false"
        case .int: "NUMBER"
        case .duration: "DURATION"
        case .path: "FILE"
        case .list: "TEXT,..."
        case .choice: key.values.joined(separator: "|")
        }
      return Flags.Specification(
        name: flag, kind: key.kind == .list ? .list : .text, placeholder: placeholder,
        help: key.help, environment: key.environment)
    }
  }
}
