import Testing

@testable import PluginHost

/// Manifests, key by key.
@Suite struct ManifestTests {
  private func problems(_ text: String) -> [String] {
    var parser = ManifestParser()
    let manifest = parser.parse(Array(text.utf8))
    #expect((manifest == nil) == !parser.problems.isEmpty)
    return parser.problems
  }

  /// A faultless manifest with further members, or others in place of its own.
  private func manifest(
    _ more: String = "", id: String = "\"com.example.zoo\"", version: String = "\"1.0.0\"",
    abi: String = "{\"major\":0,\"minor\":1}", capabilities: String = "\"com.example.sing/1\""
  ) -> String {
    "{\"manifest\":1,\"id\":\(id),\"version\":\(version),\"abi\":\(abi),\"summary\":\"s\","
      + "\"runtime\":\"c\",\"capabilities\":[\(capabilities)]\(more)}"
  }

  private func method(_ members: String) -> String {
    manifest(",\"join_method\":{\(members)}", capabilities: "\"tenon.join-method/1\"")
  }

  private func config(_ keys: String) -> String {
    method("\"name\":\"zoo\",\"config\":[\(keys)]")
  }

  @Test func aFaultlessManifestHasNoProblems() {
    #expect(problems(manifest()) == [])
    #expect(problems(method("\"name\":\"zoo\",\"init_field\":3")) == [])
  }

  @Test func everyProblemIsNamedAtOnce() {
    #expect(
      problems("{}") == [
        "\"manifest\" must be 1", "capabilities must name at least one", "id must be a text",
        "version must be a text", "abi must be {\"major\": number, \"minor\": number}",
        "summary must be a text",
        "runtime must be one of c, c++, rust, go, swift-embedded",
      ])
  }

  @Test func whatIsNoObjectIsRefused() {
    #expect(problems("[]").first == "the manifest must be an object")
    #expect(problems("").first?.hasPrefix("not JSON at line 1, column 1: ") == true)
    #expect(
      problems(String(repeating: " ", count: 16_385))
        == ["16385 bytes long, at most 16384 are allowed"])
  }

  @Test(arguments: [
    "zoo", "com..zoo", "com.Example", ".com", "com.", "com.zoo/x",
    String(repeating: "a", count: 65) + "." + String(repeating: "b", count: 64),
  ])
  func anIdMustBeReverseDNS(_ id: String) {
    #expect(problems(manifest(id: "\"\(id)\"")).first?.hasPrefix("id must be reverse DNS") == true)
  }

  @Test(arguments: ["1", "1.0", "1.0.0.0", "01.0.0", "1.0.x", "v1.0.0", "1..0", "1.0.12345678901"])
  func aVersionMustBeSemantic(_ version: String) {
    #expect(
      problems(manifest(version: "\"\(version)\"")) == [
        "version must be semantic like \"1.0.0\", not \"\(version)\""
      ])
  }

  @Test(arguments: ["0.1.0", "1.0.0-rc.1", "10.20.30+build"])
  func aSemanticVersionIsAccepted(_ version: String) {
    #expect(problems(manifest(version: "\"\(version)\"")) == [])
  }

  @Test(arguments: [
    "{\"major\":-1,\"minor\":0}", "{\"major\":0}", "\"0.1\"", "{\"major\":4294967296,\"minor\":0}",
  ])
  func anABIMustBeTwoNumbers(_ abi: String) {
    #expect(
      problems(manifest(abi: abi)) == ["abi must be {\"major\": number, \"minor\": number}"])
  }

  @Test(arguments: [
    (",\"threading\":\"many\"", "threading must be one of any, pinned, not \"many\""),
    (",\"threading\":1", "threading must be one of any, pinned"),
    (",\"needs\":\"network\"", "needs must be a list"),
    (",\"needs\":[1]", "needs must hold texts"),
    (",\"needs\":[\"network\",\"network\"]", "needs names something twice"),
    (",\"records\":[\"../id\"]", "records must be [a-z0-9._-]{1,64}, not \"../id\""),
    (",\"records\":[\"..\"]", "records must be [a-z0-9._-]{1,64}, not \"..\""),
    (",\"output\":{\"type\":\"x\"}", "section output without the capability tenon.output/1"),
    (",\"col\\u001bour\":1", "unknown key \"col?our\""),
  ])
  func aMemberOfTheWrongKindIsAProblem(_ more: String, _ problem: String) {
    #expect(problems(manifest(more)) == [problem])
  }

  @Test(arguments: [
    ("\"tenon.join-method/2\"", "capability \"tenon.join-method/2\" is not known to this host"),
    ("\"sing/1\"", "capability must be like \"com.example.thing/1\", not \"sing/1\""),
    (
      "\"com.example.sing/01\"",
      "capability must be like \"com.example.thing/1\", not \"com.example.sing/01\""
    ),
    ("\"tenon.output/1\"", "capability tenon.output/1 without a section output"),
    ("", "capabilities must name at least one"),
  ])
  func aCapabilityMustBeKnownAndDescribed(_ capability: String, _ problem: String) {
    #expect(problems(manifest(capabilities: capability)) == [problem])
  }

  @Test(arguments: [
    ("\"name\":\"Zoo\"", "join_method.name must be [a-z0-9_-]{1,64}, not \"Zoo\""),
    ("\"name\":\"z\",\"init_field\":1", "join_method.init_field must be a protobuf field number"),
    (
      "\"name\":\"z\",\"init_field\":\"3\"",
      "join_method.init_field must be a protobuf field number"
    ),
    (
      "\"name\":\"z\",\"init_field\":536870912",
      "join_method.init_field must be a protobuf field number"
    ),
    ("\"name\":\"z\",\"extra\":1", "unknown key join_method.\"extra\""),
    ("\"name\":\"z\",\"config\":{}", "join_method.config must be a list"),
  ])
  func aMethodIsCheckedMemberByMember(_ members: String, _ problem: String) {
    #expect(problems(method(members)) == [problem])
  }

  @Test(arguments: [
    (
      "{\"key\":\"a\",\"type\":\"text\",\"help\":\"h\"}",
      "join_method.config.type must be one of string, bool, int, duration, path, list, enum, "
        + "not \"text\""
    ),
    (
      "{\"key\":\"a\",\"type\":\"enum\",\"help\":\"h\"}",
      "join_method.config.values must be given exactly when type is enum, see \"a\""
    ),
    (
      "{\"key\":\"a\",\"type\":\"enum\",\"values\":[\"x\"],\"default\":\"y\",\"help\":\"h\"}",
      "join_method.config.default of \"a\" must be one of its values"
    ),
    (
      "{\"key\":\"a\",\"type\":\"bool\",\"default\":true,\"help\":\"h\"}",
      "join_method.config.default must be a text"
    ),
    (
      "{\"key\":\"a\",\"type\":\"string\",\"secret\":\"yes\",\"help\":\"h\"}",
      "join_method.config.secret must be true or false"
    ),
    (
      "{\"key\":\"a\",\"type\":\"string\",\"file\":\"b\",\"help\":\"h\"}",
      "join_method.config.file of \"a\" must be a sibling key of type path"
    ),
    (
      "{\"key\":\"a\",\"type\":\"int\",\"help\":\"h\",\"flag\":\"-a\"}",
      "join_method.config.flag must be like \"--some-words\", not \"-a\""
    ),
    (
      "{\"key\":\"a\",\"type\":\"int\",\"help\":\"h\",\"flag\":\"--no-a\"}",
      "join_method.config.flag must be like \"--some-words\", not \"--no-a\""
    ),
    (
      "{\"key\":\"a\",\"type\":\"int\",\"help\":\"h\",\"flag\":\"--a\"},"
        + "{\"key\":\"b\",\"type\":\"int\",\"help\":\"h\",\"flag\":\"--a\"}",
      "join_method.config.flag \"--a\" appears twice"
    ),
    (
      "{\"key\":\"a\",\"type\":\"int\",\"help\":\"h\",\"join_uri\":true}",
      "join_method.config.join_uri may mark a key of type string only, see \"a\""
    ),
    (
      "{\"key\":\"a\",\"type\":\"string\",\"help\":\"h\",\"join_uri\":true},"
        + "{\"key\":\"b\",\"type\":\"string\",\"help\":\"h\",\"join_uri\":true}",
      "join_method.config.join_uri may mark one key only, not also \"b\""
    ),
    (
      "{\"key\":\"a\",\"type\":\"string\",\"help\":\"h\",\"file_optional\":true}",
      "join_method.config.file_optional needs file, see \"a\""
    ),
    (
      "{\"key\":\"a\",\"type\":\"int\",\"help\":\"h\",\"alias\":\"a\"}",
      "join_method.config.alias of \"a\" must be another name"
    ),
    (
      "{\"key\":\"a\",\"type\":\"int\",\"help\":\"h\",\"alias\":\"b\"},"
        + "{\"key\":\"b\",\"type\":\"int\",\"help\":\"h\"}",
      "join_method.config.key \"b\" appears twice"
    ),
    (
      "{\"key\":\"a\",\"type\":\"int\",\"help\":\"two\\nlines\"}",
      "join_method.config.help must be one line"
    ),
    (
      "{\"key\":\"a\",\"type\":\"int\",\"help\":\"h\"},{\"key\":\"a\",\"type\":\"int\",\"help\":\"h\"}",
      "join_method.config.key \"a\" appears twice"
    ),
  ])
  func aConfigurationKeyIsCheckedMemberByMember(_ key: String, _ problem: String) {
    #expect(problems(config(key)) == [problem])
  }

  @Test func anOutputHasNoFlags() {
    let text = manifest(
      ",\"output\":{\"type\":\"zoo\",\"config\":[{\"key\":\"a\",\"type\":\"int\","
        + "\"help\":\"h\",\"flag\":\"--a\",\"join_uri\":true}]}",
      capabilities: "\"tenon.output/1\"")
    #expect(
      problems(text) == [
        "unknown key output.config.\"flag\"", "unknown key output.config.\"join_uri\"",
        "output.config.join_uri may mark a key of type string only, see \"a\"",
      ])
  }

  @Test(arguments: [
    ("[]", "commands must name at least one"),
    (
      "[{\"name\":\"Feed\",\"summary\":\"s\"}]",
      "commands.name must be words of [a-z0-9-], not \"Feed\""
    ),
    (
      "[{\"name\":\"-h\",\"summary\":\"s\"}]",
      "commands.name must be words of [a-z0-9-], not \"-h\""
    ),
    (
      "[{\"name\":\"a\",\"summary\":\"s\"},{\"name\":\"a\",\"summary\":\"s\"}]",
      "commands.name \"a\" appears twice"
    ),
  ])
  func aCommandIsNamedOnceInPlainWords(_ commands: String, _ problem: String) {
    #expect(
      problems(manifest(",\"commands\":\(commands)", capabilities: "\"tenon.commands/1\""))
        == [problem])
  }

  @Test func aVerifiersAuthorityNeedsAnAlgorithmForEverySuite() {
    let text = manifest(
      ",\"join_verifier\":{\"name\":\"zoo\",\"generation\":\"enforced\",\"ca\":{\"type\":\"zoo\","
        + "\"algorithms\":{\"legacy\":\"ed25519\",\"fips-v1\":\"dsa\",\"x\":\"y\"}}}",
      capabilities: "\"tenon.join-verifier/1\"")
    let path = "join_verifier.ca.algorithms."
    #expect(
      problems(text) == [
        "unknown key \(path)\"x\"",
        "\(path)balanced-v1 must be one of ed25519, ecdsa-p256, rsa-2048",
        "\(path)fips-v1 must be one of ed25519, ecdsa-p256, rsa-2048, not \"dsa\"",
        "\(path)hsm-v1 must be one of ed25519, ecdsa-p256, rsa-2048",
      ])
  }

  private func verifier(_ members: String) -> String {
    manifest(
      ",\"join_verifier\":{\"name\":\"zoo\",\"generation\":\"logged\",\(members)}",
      capabilities: "\"tenon.join-verifier/1\"")
  }

  @Test func aVerifierNamesTheFieldsThatListingsShow() throws {
    var parser = ManifestParser()
    let text = verifier(
      "\"listed\":[\"spec.limit\",\"status.last.seen\"],\"secret_token_names\":true")
    let declared = try #require(parser.parse(Array(text.utf8))?.joinVerifier)
    #expect(declared.listed == ["spec.limit", "status.last.seen"])
    #expect(declared.hasSecretTokenNames)
  }

  @Test(arguments: ["count", "spec", "spec.", "status..a", "metadata.name", "status.A"])
  func aListedFieldLiesInSpecOrStatus(_ path: String) {
    #expect(
      problems(verifier("\"listed\":[\"\(path)\"]")) == [
        "join_verifier.listed must name fields like status.count, not \"\(path)\""
      ])
  }

  @Test func aCommandNamesTheProgramThatHasIt() {
    let text = manifest(
      ",\"commands\":[{\"name\":\"a b\",\"summary\":\"s\",\"program\":\"both\"}],"
        + "\"tokens\":\"A\"", capabilities: "\"tenon.commands/1\"")
    #expect(
      problems(text) == [
        "tokens must be [a-z0-9_-]{1,64}, not \"A\"",
        "commands.program must be one of agent, authority, not \"both\"",
      ])
  }
}
