import Documents
import IdentityOutput
import Testing

@Suite struct IdentityPlanTests {
  func plan(_ config: IdentityConfig) -> String {
    String(decoding: IdentityPlan.document(config), as: UTF8.self)
  }

  @Test func thePlanAsksForKindsOfCredentials() throws {
    #expect(
      plan(try Samples.config()) == #"{"requests":["#
        + #"{"id":"main","kind":"user-certificate","key":"impersonated","reissuable":false},"#
        + #"{"id":"host","kind":"ca-bundle","type":"host"},"#
        + #"{"id":"user","kind":"ca-bundle","type":"user"},"#
        + #"{"id":"database","kind":"ca-bundle","type":"db"},"#
        + #"{"id":"proxy","kind":"discovery"},"#
        + #"{"id":"clusters","kind":"clusters"}]}"#)
  }

  @Test func aLeafClusterAndReissueAreAskedFor() throws {
    let text = plan(try Samples.config(cluster: "leaf.example.com", allowReissue: "true"))
    #expect(text.contains(#""reissuable":true,"cluster":"leaf.example.com"}"#))
  }

  @Test func withoutSSHConfigTheClustersAreNotAskedFor() throws {
    #expect(!plan(try Samples.config(sshConfig: "off")).contains("clusters"))
  }

  @Test(arguments: [
    "a b", "a/b", "../x", ".hidden", "-x", "a\nb", "a\"b", "a'b", "*", "a,b", "é",
    String(repeating: "a", count: 201),
  ])
  func aClusterThatIsNoNameIsAConfigurationError(name: String) throws {
    #expect {
      try Samples.config(cluster: name)
    } throws: { error in
      guard let failure = error as? OutputFailure else { return false }
      return failure.reason == .configuration && failure.message.contains("is no cluster name")
    }
  }

  @Test func planningTwiceGivesTheSameBytes() throws {
    let config = try Samples.config()
    #expect(IdentityPlan.document(config) == IdentityPlan.document(config))
  }
}
