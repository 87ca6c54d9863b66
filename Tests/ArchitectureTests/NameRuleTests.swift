import Testing

@Suite("the host knows no method and no output by name")
struct NameRuleTests {
  @Test("no file under Sources names a join method or an output")
  func sourcesHold() throws {
    let (violations, used) = try NameRule(tree: .own).check()
    #expect(violations.isEmpty, "\(violations.map(\.description).joined(separator: "\n"))")
    for exception in NameRule.exceptions {
      #expect(
        used.contains { $0.path == exception.path && $0.text == exception.text },
        "the exception for \(exception.path) is no longer needed; remove it")
    }
  }

  @Test("this checkout's plugins give the rule something to look for")
  func namesAreKnown() throws {
    let names = try NameRule(tree: .own).names()
    #expect(names.phrases.contains(["bound", "keypair"]))
    #expect(names.phrases.contains(["identity", "output"]))
  }

  @Test(
    "every spelling of a planted name is found",
    arguments: [
      "let method = \"bound_keypair\"", "struct BoundKeypairChallenge {}", "var boundKeypair = 1",
      "// the Bound Keypair method", "case BOUND_KEYPAIR", "import tenon-bound-keypair",
      "let boundkeypair = 2", "/// bound key pair", "func tpmQuote()", "TPMJoin()", "case tpm",
      "let x = \"tpm\"", "TPM2", "IdentityOutput()", "\"identity\"", "identity_output",
    ])
  func plantedNameIsFound(line: String) throws {
    let planted = try PlantedTree([
      "Plugins/BoundKeypairJoin/A.swift": "", "Plugins/TPMJoin/README.md": "",
      "Plugins/IdentityOutput/A.swift": "", "Sources/Host/A.swift": "\n\(line)\n",
    ])
    let violations = try NameRule(tree: planted.tree).check().violations
    #expect(violations.map(\.place) == ["Sources/Host/A.swift:2"], "\(line)")
  }

  @Test(
    "words that only look alike are let through",
    arguments: [
      "the bound, keypair or not", "outbound keypairs", "let identity = try load()",
      "http methods", "struct StoredIdentity {}", "renewing the bot's own identity; output follows",
    ])
  func lookalikeIsAllowed(line: String) throws {
    let planted = try PlantedTree([
      "Plugins/BoundKeypairJoin/A.swift": "", "Plugins/TPMJoin/README.md": "",
      "Plugins/IdentityOutput/A.swift": "", "Sources/Host/A.swift": line,
    ])
    #expect(try NameRule(tree: planted.tree).check().violations.isEmpty)
  }

  @Test("a proto file may name methods, a file name may not")
  func protoIsExemptAndFileNamesCount() throws {
    let planted = try PlantedTree([
      "Plugins/TPMJoin/README.md": "", "Sources/Wire/Protos/join.proto": "message TPMInit {}",
      "Sources/Wire/TPMInit.swift": "",
    ])
    let violations = try NameRule(tree: planted.tree).check().violations
    #expect(violations.map(\.place) == ["Sources/Wire/TPMInit.swift"])
  }
}
