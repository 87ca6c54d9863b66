import Documents
import PluginABI

/// Turns the bytes of a manifest note into a ``PluginManifest``, or into every problem they have.
struct ManifestParser {
  /// What is wrong, one phrase each, in the order of the document.
  private(set) var problems: [String] = []

  static let maxBytes = 16_384
  /// Capabilities this host knows that are described by a table alone.
  static let plain: Set = ["tenon.allowances/1", "tenon.self-test/1"]
  /// The others it knows, with the section that describes each.
  static let sections = [
    "tenon.join-method/1": "join_method", "tenon.join-verifier/1": "join_verifier",
    "tenon.output/1": "output", "tenon.commands/1": "commands",
  ]

  mutating func parse(_ bytes: [UInt8]) -> PluginManifest? {
    guard bytes.count <= Self.maxBytes else {
      complain("\(bytes.count) bytes long, at most \(Self.maxBytes) are allowed")
      return nil
    }
    let root: Node
    do {
      root = try JSON.parse(bytes)
    } catch {
      complain(
        "not JSON at line \(error.position.line), column \(error.position.column): \(error.message)"
      )
      return nil
    }
    checkKeys(
      root, "",
      [
        "manifest", "id", "version", "abi", "summary", "runtime", "threading", "capabilities",
        "needs", "records", "join_method", "join_verifier", "output", "tokens",
        "commands",
      ])
    if root["manifest"]?.int64 != 1 { complain("\"manifest\" must be 1") }
    let capabilities = capabilities(root)
    let manifest = PluginManifest(
      id: identifier(root), version: version(root), abi: abi(root),
      summary: line(root, "summary", ""),
      runtime: choice(root, "runtime", "", ["c", "c++", "rust", "go", "swift-embedded"]) ?? "",
      isPinned: choice(root, "threading", "", ["any", "pinned"], fallback: "any") == "pinned",
      capabilities: capabilities, needs: needs(root), records: records(root),
      joinMethod: joinMethod(root["join_method"]),
      joinVerifier: joinVerifier(root["join_verifier"]), output: output(root["output"]),
      tokens: root["tokens"] == nil ? nil : name(root, "tokens", ""),
      commands: commands(root["commands"]))
    for (capability, section) in Self.sections.sorted(by: { $0.key < $1.key }) {
      let isDescribed = root[section] != nil
      if isDescribed, !capabilities.contains(capability) {
        complain("section \(section) without the capability \(capability)")
      } else if !isDescribed, capabilities.contains(capability) {
        complain("capability \(capability) without a section \(section)")
      }
    }
    return problems.isEmpty ? manifest : nil
  }

  mutating func complain(_ problem: String) { problems.append(problem) }

  private mutating func identifier(_ root: Node) -> String {
    let id = text(root, "id", "")
    if !id.isEmpty, !Self.isIdentifier(id) {
      complain("id must be reverse DNS like \"com.example.badge\", not \(quoted(id))")
    }
    return id
  }

  private mutating func version(_ root: Node) -> String {
    let version = text(root, "version", "")
    if !version.isEmpty, !Self.isSemanticVersion(version) {
      complain("version must be semantic like \"1.0.0\", not \(quoted(version))")
    }
    return version
  }

  private mutating func abi(_ root: Node) -> ABIVersion {
    guard let node = root["abi"], let major = node["major"]?.int64.flatMap(UInt32.init(exactly:)),
      let minor = node["minor"]?.int64.flatMap(UInt32.init(exactly:))
    else {
      complain("abi must be {\"major\": number, \"minor\": number}")
      return ABIVersion(major: .max, minor: .max)
    }
    checkKeys(node, "abi.", ["major", "minor"])
    return ABIVersion(major: major, minor: minor)
  }

  private mutating func capabilities(_ root: Node) -> [String] {
    let capabilities = texts(root, "capabilities", "")
    if capabilities.isEmpty { complain("capabilities must name at least one") }
    for id in capabilities where Self.sections[id] == nil && !Self.plain.contains(id) {
      if id.hasPrefix("tenon.") {
        complain("capability \(quoted(id)) is not known to this host")
      } else if !Self.isCapability(id) {
        complain("capability must be like \"com.example.thing/1\", not \(quoted(id))")
      }
    }
    return capabilities
  }

  private mutating func needs(_ root: Node) -> [String] {
    let needs = texts(root, "needs", "")
    let known = TENON_MANIFEST_NEEDS.split(separator: " ").map(String.init)
    for need in needs where !known.contains(need) {
      complain("needs may name \(known.joined(separator: ", ")), not \(quoted(need))")
    }
    return needs
  }

  private mutating func records(_ root: Node) -> [String] {
    let records = texts(root, "records", "")
    for record in records where !Self.isRecordName(record) {
      complain("records must be [a-z0-9._-]{1,64}, not \(quoted(record))")
    }
    return records
  }
}
