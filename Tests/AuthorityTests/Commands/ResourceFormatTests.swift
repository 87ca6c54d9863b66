import Documents
import Testing

@testable import Authority

/// How `get` prints.
@Suite struct ResourceFormatTests {
  private static let resources = Array(
    """
    [{"kind":"bot","version":"v1","metadata":{"name":"robot"},"spec":{"roles":["a","b"]}},
     {"kind":"token","metadata":{"name":"gate"},"spec":{"join_method":"badge","bot_name":"robot"},
      "status":{"badge":{"registration_secret":"hush"}}},
     {"kind":"role","metadata":{"name":"login"},"spec":{"allow":{"logins":["root"]}}},
     {"kind":"lock","metadata":{"name":"x"},"spec":{"message":"stolen"}},
     {"kind":"bot_instance","metadata":{"name":"id"},"spec":{"bot_name":"robot"}}]
    """.utf8)

  @Test func textIsATableWithoutSecrets() throws {
    #expect(
      try ResourceFormat.text.text(Self.resources) == """
        Kind          Name   Details
        bot           robot  roles=a,b
        token         gate   method=badge bot=robot
        role          login  logins=root
        lock          x      stolen
        bot_instance  id     bot=robot

        """)
  }

  @Test func jsonIsAnArrayWhateverTheCount() throws {
    #expect(try ResourceFormat.json.text(Array("[]".utf8)) == "[]\n")
    let text = try ResourceFormat.json.text(Self.resources)
    #expect(try JSON.parse(Array(text.utf8)) == JSON.parse(Self.resources))
    #expect(text.hasSuffix("]\n"))
  }

  @Test func yamlIsOneDocumentPerResource() throws {
    let text = try ResourceFormat.yaml.text(Self.resources)
    #expect(text.hasPrefix("kind: bot\n"))
    #expect(text.components("---\n").count == 5)
    #expect(try ResourceFormat.yaml.text(Array("[]".utf8)).isEmpty)
  }

  @Test(arguments: [
    ("token", "token", nil), ("token/", "token", nil), ("token/a", "token", "a"),
    ("bot_instance/robot/1", "bot_instance", "robot/1"), ("/a", "", "a"),
  ])
  func namesAreSplitAtTheFirstSlash(_ text: String, _ kind: String, _ name: String?) {
    let split = ResourceName.split(text)
    #expect(split.kind == kind)
    #expect(split.name == name)
  }
}

extension String {
  fileprivate func components(_ separator: String) -> [Substring] { split(separator: separator) }
}
