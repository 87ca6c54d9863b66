import Documents

/// Turns the bytes of a manifest note into a ``PluginManifest``, or into every problem they have.
struct ManifestParser {
  private(set) var problems: [String] = []

  static let maxBytes = 16_384
  static let suites = ["legacy", "balanced-v1", "fips-v1", "hsm-v1"]

  mutating func parse(_ bytes: [UInt8]) -> PluginManifest? {
    guard bytes.count <= Self.maxBytes else {
      problems.append("is \(bytes.count) bytes long, at most \(Self.maxBytes) are allowed")
      return nil
    }
    let root: Node
    do {
      root = try JSON.parse(bytes)
    } catch {
      problems.append("is not JSON: \(error.message) at byte column \(error.position.column)")
      return nil
    }
    check(
      root, "",
      keys: [
        "manifest", "id", "version", "abi", "summary", "runtime", "threading", "capabilities",
        "needs", "records", "join_method", "join_verifier", "output", "commands",
      ])
    if root["manifest"]?.int64 != 1 { problems.append("has no \"manifest\": 1") }
    let id = text(root, "id", "")
    if !Self.isIdentifier(id) {
      problems.append("has an id that is not reverse DNS: \(quoted(id))")
    }
    let version = text(root, "version", "")
    if !Self.isSemanticVersion(version) {
      problems.append("has a version that is not semantic: \(quoted(version))")
    }
    let threading = root["threading"]?.string ?? "any"
    if threading != "any", threading != "pinned" {
      problems.append("has threading \(quoted(threading)), expected \"any\" or \"pinned\"")
    }
    let runtime = text(root, "runtime", "")
    if !["c", "c++", "rust", "go", "swift-embedded"].contains(runtime) {
      problems.append("has an unknown runtime \(quoted(runtime))")
    }
    let capabilities = texts(root, "capabilities")
    if capabilities.isEmpty { problems.append("names no capability") }
    let records = texts(root, "records")
    for record in records where !Self.isRecordName(record) {
      problems.append("names a record that is not [a-z0-9._-]{1,64}: \(quoted(record))")
    }
    let manifest = PluginManifest(
      id: id, version: version, abi: abi(root["abi"]), summary: text(root, "summary", ""),
      runtime: runtime, isPinned: threading == "pinned", capabilities: capabilities,
      needs: texts(root, "needs"), records: records, joinMethod: joinMethod(root["join_method"]),
      joinVerifier: joinVerifier(root["join_verifier"]), output: output(root["output"]),
      commands: commands(root["commands"]))
    for (present, capability, section) in [
      (manifest.joinMethod != nil, "tenon.join-method/1", "join_method"),
      (manifest.joinVerifier != nil, "tenon.join-verifier/1", "join_verifier"),
      (manifest.output != nil, "tenon.output/1", "output"),
      (!manifest.commands.isEmpty, "tenon.commands/1", "commands"),
    ] where present != capabilities.contains(capability) {
      problems.append(
        present
          ? "has a section \(section) without the capability \(capability)"
          : "names the capability \(capability) without a section \(section)")
    }
    return problems.isEmpty ? manifest : nil
  }

  private mutating func joinMethod(_ node: Node?) -> JoinMethodDeclaration? {
    guard let node else { return nil }
    check(node, "join_method.", keys: ["name", "init_field", "config"])
    return JoinMethodDeclaration(
      name: name(node, "join_method."), initField: initField(node, "join_method."),
      config: config(node["config"], "join_method."))
  }

  private mutating func joinVerifier(_ node: Node?) -> JoinVerifierDeclaration? {
    guard let node else { return nil }
    check(node, "join_verifier.", keys: ["name", "init_field", "generation", "ca"])
    let generation = text(node, "generation", "join_verifier.")
    if generation != "enforced", generation != "logged" {
      problems.append("join_verifier.generation must be \"enforced\" or \"logged\"")
    }
    var authority: MethodAuthorityDeclaration?
    if let ca = node["ca"] {
      check(ca, "join_verifier.ca.", keys: ["type", "algorithms"])
      var algorithms: [String: String] = [:]
      for suite in Self.suites {
        guard let algorithm = ca["algorithms"]?[suite]?.string else {
          problems.append("join_verifier.ca.algorithms has no \(suite)")
          continue
        }
        algorithms[suite] = algorithm
      }
      authority = MethodAuthorityDeclaration(
        type: text(ca, "type", "join_verifier.ca."), algorithms: algorithms)
    }
    return JoinVerifierDeclaration(
      name: name(node, "join_verifier."), initField: initField(node, "join_verifier."),
      enforcesGeneration: generation == "enforced", authority: authority)
  }

  private mutating func output(_ node: Node?) -> OutputDeclaration? {
    guard let node else { return nil }
    check(node, "output.", keys: ["type", "directories", "config"])
    return OutputDeclaration(
      type: text(node, "type", "output."), needsDirectory: node["directories"]?.bool ?? false,
      config: config(node["config"], "output."))
  }

  private mutating func commands(_ node: Node?) -> [CommandDeclaration] {
    guard let node else { return [] }
    var found: [CommandDeclaration] = []
    for item in list(node, "commands") {
      check(item, "commands.", keys: ["name", "summary"])
      found.append(
        CommandDeclaration(
          name: text(item, "name", "commands."), summary: text(item, "summary", "commands.")))
    }
    return found
  }

  private mutating func config(_ node: Node?, _ path: String) -> [ConfigKey] {
    guard let node else { return [] }
    var found: [ConfigKey] = []
    for item in list(node, path + "config") {
      let at = path + "config."
      check(
        item, at,
        keys: ["key", "type", "help", "default", "required", "secret", "values", "env", "file"])
      let key = text(item, "key", at)
      let type = text(item, "type", at)
      guard let kind = ConfigKey.Kind(rawValue: type) else {
        problems.append("\(at)\(key) has an unknown type \(quoted(type))")
        continue
      }
      let values = texts(item, "values")
      if (kind == .choice) == values.isEmpty {
        problems.append("\(at)\(key) must list its values exactly when it is an enum")
      }
      found.append(
        ConfigKey(
          key: key, kind: kind, help: text(item, "help", at),
          defaultValue: item["default"]?.string, isRequired: item["required"]?.bool ?? false,
          isSecret: item["secret"]?.bool ?? false, values: values,
          environment: item["env"]?.string, file: item["file"]?.string))
    }
    return found
  }

  private mutating func abi(_ node: Node?) -> ABIVersion {
    guard let node, let major = node["major"]?.int64.flatMap(UInt32.init(exactly:)),
      let minor = node["minor"]?.int64.flatMap(UInt32.init(exactly:))
    else {
      problems.append("has no \"abi\": {\"major\", \"minor\"}")
      return ABIVersion(major: .max, minor: .max)
    }
    check(node, "abi.", keys: ["major", "minor"])
    return ABIVersion(major: major, minor: minor)
  }

  private mutating func initField(_ node: Node, _ path: String) -> UInt32? {
    guard let field = node["init_field"] else { return nil }
    guard let number = field.int64, number > 0, number < 1 << 29 else {
      problems.append("\(path)init_field is no protobuf field number")
      return nil
    }
    return UInt32(number)
  }

  private mutating func name(_ node: Node, _ path: String) -> String {
    let name = text(node, "name", path)
    let allowed = name.utf8.allSatisfy {
      ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x5F || $0 == 0x2D
    }
    if name.isEmpty || name.utf8.count > 64 || !allowed {
      problems.append("\(path)name must be [a-z0-9_-]{1,64}: \(quoted(name))")
    }
    return name
  }

  private mutating func text(_ node: Node, _ key: String, _ path: String) -> String {
    guard let value = node[key]?.string, !value.isEmpty else {
      problems.append("has no text \(path)\(key)")
      return ""
    }
    return value
  }

  private mutating func texts(_ node: Node, _ key: String) -> [String] {
    guard let value = node[key] else { return [] }
    return list(value, key).compactMap(\.string)
  }

  private mutating func list(_ node: Node, _ path: String) -> [Node] {
    guard let list = node.list else {
      problems.append("\(path) is not a list")
      return []
    }
    return list
  }

  private mutating func check(_ node: Node, _ path: String, keys: [String]) {
    guard let members = node.members else {
      problems.append("\(path.isEmpty ? "the manifest" : path) is not an object")
      return
    }
    for member in members where !keys.contains(member.key) {
      problems.append("has an unknown key \(path)\(quoted(member.key))")
    }
  }

  private func quoted(_ text: String) -> String {
    "\""
      + String(text.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? "?" : Character($0) })
      + "\""
  }

  static func isIdentifier(_ text: String) -> Bool {
    let parts = text.utf8.split(separator: 0x2E, omittingEmptySubsequences: false)
    return text.utf8.count <= 128 && parts.count >= 2
      && parts.allSatisfy { part in
        !part.isEmpty
          && part.allSatisfy {
            ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D
          }
      }
  }

  static func isSemanticVersion(_ text: String) -> Bool {
    let core = text.prefix { $0 != "-" && $0 != "+" }
    let numbers = core.split(separator: ".", omittingEmptySubsequences: false)
    return numbers.count == 3 && text.utf8.count <= 64
      && numbers.allSatisfy { number in
        !number.isEmpty && number.utf8.count <= 9
          && number.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
          && (number == "0" || number.first != "0")
      }
  }

  static func isRecordName(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count) && text != "." && text != ".."
      && text.utf8.allSatisfy {
        ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2E || $0 == 0x5F
          || $0 == 0x2D
      }
  }
}
