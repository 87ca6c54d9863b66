import Documents

/// The sections that describe capabilities.
extension ManifestParser {
  static let suites = ["legacy", "balanced-v1", "fips-v1", "hsm-v1"]

  mutating func joinMethod(_ node: Node?) -> JoinMethodDeclaration? {
    guard let node else { return nil }
    let path = "join_method."
    checkKeys(node, path, ["name", "init_field", "config"])
    return JoinMethodDeclaration(
      name: name(node, "name", path), initField: initField(node, path),
      config: config(node["config"], path, joins: true))
  }

  mutating func joinVerifier(_ node: Node?) -> JoinVerifierDeclaration? {
    guard let node else { return nil }
    let path = "join_verifier."
    checkKeys(
      node, path,
      ["name", "init_field", "generation", "ca", "listed", "secret_token_names", "recovery"])
    return JoinVerifierDeclaration(
      name: name(node, "name", path), initField: initField(node, path),
      enforcesGeneration: choice(node, "generation", path, ["enforced", "logged"]) == "enforced",
      authority: authority(node["ca"]), listed: listed(node, path),
      hasSecretTokenNames: flag(node, "secret_token_names", path),
      recovery: recovery(node, path))
  }

  private mutating func recovery(_ node: Node, _ path: String) -> String? {
    guard let words = optionalText(node, "recovery", path) else { return nil }
    if !words.isEmpty, !Self.isCommandName(words) {
      complain("\(path)recovery must be words of [a-z0-9-], not \(quoted(words))")
    }
    return words
  }

  private mutating func listed(_ node: Node, _ path: String) -> [String] {
    guard node["listed"] != nil else { return [] }
    let paths = texts(node, "listed", path)
    for text in paths {
      let parts = text.split(separator: ".", omittingEmptySubsequences: false)
      guard parts.count > 1, ["spec", "status"].contains(parts[0]),
        parts.allSatisfy({ Self.isName(String($0)) })
      else {
        complain("\(path)listed must name fields like status.count, not \(quoted(text))")
        continue
      }
    }
    return paths
  }

  private mutating func authority(_ node: Node?) -> MethodAuthorityDeclaration? {
    guard let node else { return nil }
    let path = "join_verifier.ca."
    checkKeys(node, path, ["type", "algorithms"])
    var algorithms: [String: String] = [:]
    if let table = node["algorithms"] { checkKeys(table, path + "algorithms.", Self.suites) }
    for suite in Self.suites {
      let known = ["ed25519", "ecdsa-p256", "rsa-2048"]
      algorithms[suite] = choice(
        node["algorithms"] ?? Node(.map([])), suite, path + "algorithms.", known)
    }
    return MethodAuthorityDeclaration(type: name(node, "type", path), algorithms: algorithms)
  }

  mutating func output(_ node: Node?) -> OutputDeclaration? {
    guard let node else { return nil }
    let path = "output."
    checkKeys(node, path, ["type", "directories", "config"])
    return OutputDeclaration(
      type: outputType(node, path), needsDirectory: flag(node, "directories", path),
      config: config(node["config"], path))
  }

  /// Like a name, and may have a slash: `application-tunnel`, `spiffe/workload`.
  private mutating func outputType(_ node: Node, _ path: String) -> String {
    let type = text(node, "type", path)
    let parts = type.split(separator: "/", omittingEmptySubsequences: false)
    if !type.isEmpty, parts.count > 2 || !parts.allSatisfy({ Self.isName(String($0)) }) {
      complain("\(path)type must be [a-z0-9_-]{1,64}, not \(quoted(type))")
    }
    return type
  }

  mutating func commands(_ node: Node?) -> [CommandDeclaration] {
    guard let node else { return [] }
    var found: [CommandDeclaration] = []
    let items = list(node, "commands")
    if items.isEmpty { complain("commands must name at least one") }
    for item in items {
      checkKeys(item, "commands.", ["name", "summary", "program"])
      let name = text(item, "name", "commands.")
      if !name.isEmpty, !Self.isCommandName(name) {
        complain("commands.name must be words of [a-z0-9-], not \(quoted(name))")
      }
      if found.contains(where: { $0.name == name }) {
        complain("commands.name \(quoted(name)) appears twice")
      }
      let programs = CommandDeclaration.Program.allCases.map(\.rawValue)
      let program = choice(
        item, "program", "commands.", programs,
        fallback: CommandDeclaration.Program.agent.rawValue)
      found.append(
        CommandDeclaration(
          name: name, summary: line(item, "summary", "commands."),
          program: program.flatMap(CommandDeclaration.Program.init) ?? .agent))
    }
    return found
  }

  private mutating func initField(_ node: Node, _ path: String) -> UInt32? {
    guard let field = node["init_field"] else { return nil }
    guard let number = field.int64, number > 1, number < 1 << 29 else {
      complain("\(path)init_field must be a protobuf field number")
      return nil
    }
    return UInt32(number)
  }
}
