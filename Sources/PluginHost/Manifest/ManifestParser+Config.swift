import Documents

/// The keys of a plugin's configuration section.
extension ManifestParser {
  private static let attributes = [
    "key", "type", "help", "default", "required", "secret", "values", "env", "file",
    "file_optional", "alias",
  ]
  /// Attributes that mean something only while the agent joins.
  private static let joinAttributes = ["flag", "join_uri"]

  /// - Parameter joins: whether the section is that of a join method.
  mutating func config(_ node: Node?, _ path: String, joins: Bool = false) -> [ConfigKey] {
    guard let node else { return [] }
    let at = path + "config."
    var found: [ConfigKey] = []
    for item in list(node, path + "config") {
      checkKeys(item, at, Self.attributes + (joins ? Self.joinAttributes : []))
      let key = configKey(item, at)
      for name in [key.key, key.alias].compactMap(\.self)
      where found.contains(where: { $0.key == name || $0.alias == name }) {
        complain("\(at)key \(quoted(name)) appears twice")
      }
      if let flag = key.flag, found.contains(where: { $0.flag == flag }) {
        complain("\(at)flag \(quoted(flag)) appears twice")
      }
      if key.isJoinURIParameter, found.contains(where: \.isJoinURIParameter) {
        complain("\(at)join_uri may mark one key only, not also \(quoted(key.key))")
      }
      found.append(key)
    }
    for key in found {
      if let file = key.file, !found.contains(where: { $0.key == file && $0.kind == .path }) {
        complain("\(at)file of \(quoted(key.key)) must be a sibling key of type path")
      }
    }
    return found
  }

  private mutating func configKey(_ item: Node, _ at: String) -> ConfigKey {
    let name = name(item, "key", at)
    let kinds = ConfigKey.Kind.allCases.map(\.rawValue)
    let kind = choice(item, "type", at, kinds).flatMap(ConfigKey.Kind.init) ?? .string
    let values = texts(item, "values", at)
    if (kind == .choice) == values.isEmpty {
      complain("\(at)values must be given exactly when type is enum, see \(quoted(name))")
    }
    let fallback = optionalText(item, "default", at)
    if kind == .choice, let fallback, !values.contains(fallback) {
      complain("\(at)default of \(quoted(name)) must be one of its values")
    }
    var key = ConfigKey(
      key: name, kind: kind, help: line(item, "help", at), defaultValue: fallback,
      isRequired: flag(item, "required", at), isSecret: flag(item, "secret", at),
      values: values, environment: optionalText(item, "env", at),
      file: optionalText(item, "file", at))
    key.isFileOptional = flag(item, "file_optional", at)
    if key.isFileOptional, key.file == nil {
      complain("\(at)file_optional needs file, see \(quoted(name))")
    }
    if item["alias"] != nil {
      key.alias = self.name(item, "alias", at)
      if key.alias == name { complain("\(at)alias of \(quoted(name)) must be another name") }
    }
    key.flag = optionalText(item, "flag", at)
    if let flag = key.flag, !Self.isFlag(flag) {
      complain("\(at)flag must be like \"--some-words\", not \(quoted(flag))")
    }
    key.isJoinURIParameter = flag(item, "join_uri", at)
    if key.isJoinURIParameter, kind != .string {
      complain("\(at)join_uri may mark a key of type string only, see \(quoted(name))")
    }
    return key
  }
}
