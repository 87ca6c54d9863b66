import Documents
import PluginHost

extension ConfigValue {
  /// A value of the file as its manifest declares it; nil with a problem reported. Secrets are not shown.
  init?(_ node: Node, as key: ConfigKey, label: String, report: inout ConfigReport) {
    let place = report.place(node.position)
    switch (key.kind, node.value) {
    case (.bool, .bool(let flag)): self = .flag(flag)
    case (.list, .list(let items)):
      var texts: [String] = []
      for item in items {
        guard let text = item.textOrNumber else {
          report.refuse(
            item.position,
            "an item of \(label) must be text, not \(item.value.kind) (\(key.help))")
          return nil
        }
        texts.append(text)
      }
      self = .list(texts)
    case (.bool, _), (.list, _), (_, .bool), (_, .list), (_, .map), (_, .null):
      report.refuse(
        place, "\(label) must be \(Self.expected(key)), not \(node.value.kind) (\(key.help))")
      return nil
    case (_, .string(let text)), (_, .number(let text)):
      let placed = Placed(value: text, place: place, label: label)
      self.init(text: placed, as: key, report: &report)
    }
  }

  /// A value given as text, as in variables, files and defaults; nil with a problem reported.
  init?(text: Placed<String>, as key: ConfigKey, report: inout ConfigReport) {
    guard let value = Self.parsed(text.value, key) else {
      let shown = key.isSecret ? "" : ", not \(text.value.excerpt)"
      report.refuse(
        text.place, "\(text.label) must be \(Self.expected(key))\(shown) (\(key.help))")
      return nil
    }
    self = value
  }

  private static func parsed(_ text: String, _ key: ConfigKey) -> ConfigValue? {
    switch key.kind {
    case .bool: text == "true" ? .flag(true) : text == "false" ? .flag(false) : nil
    case .int: Numeral.int64(text).map(ConfigValue.integer)
    case .duration: GoDuration.nanoseconds(text).map(ConfigValue.nanoseconds)
    case .list: .list(text.split(separator: ",").map(String.init))
    case .choice where !key.values.contains(text): nil
    case .path where text.contains("\0"): nil
    case .string, .path, .choice: key.isSecret ? .secret(text) : .text(text)
    }
  }

  private static func expected(_ key: ConfigKey) -> String {
    switch key.kind {
    case .string: "text"
    case .bool: "true or false"
    case .int: "a whole number"
    case .duration: "a duration such as 1h30m"
    case .path: "a path"
    case .list: "a list"
    case .choice: "one of " + key.values.joined(separator: ", ")
    }
  }
}
