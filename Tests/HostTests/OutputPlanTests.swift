import Credentials
import Testing

@testable import Host

@Suite("The plan of an output")
struct OutputPlanTests {
  private func plan(_ text: String) throws(AgentFailure) -> OutputPlan {
    try OutputPlan(Array(text.utf8))
  }

  @Test("names what is to be got, in order")
  func whole() throws {
    let plan = try plan(
      """
      {"requests":[
        {"id":"main","kind":"user-certificate"},
        {"id":"leaf-1","kind":"user-certificate","key":"database-client","reissuable":true,"cluster":"leaf"},
        {"id":"db","kind":"ca-bundle","type":"db"},
        {"id":"clusters","kind":"clusters"},{"id":"proxy","kind":"discovery"}]}
      """)
    #expect(
      plan.requests == [
        .init(
          id: "main",
          kind: .userCertificate(purpose: .impersonatedIdentity, isReissuable: false, cluster: nil)),
        .init(
          id: "leaf-1",
          kind: .userCertificate(purpose: .databaseClient, isReissuable: true, cluster: "leaf")),
        .init(id: "db", kind: .authorities(type: "db")), .init(id: "clusters", kind: .clusters),
        .init(id: "proxy", kind: .discovery),
      ])
  }

  @Test(
    "is a defect of its plugin when it is",
    arguments: [
      ("", "the plan of the output is no JSON document: "),
      ("[]", "the plan of the output has the plan that is no map"),
      ("{}", "the plan of the output must hold 1 to 32 requests"),
      (#"{"requests":[]}"#, "the plan of the output must hold 1 to 32 requests"),
      (#"{"requests":[1]}"#, "the plan of the output has a request without a proper id"),
      (
        #"{"requests":[{"kind":"clusters"}]}"#,
        "the plan of the output has a request without a proper id"
      ),
      (
        #"{"requests":[{"id":"A b","kind":"clusters"}]}"#,
        "the plan of the output has a request without a proper id"
      ),
      (
        #"{"requests":[{"id":"a","kind":"clusters"},{"id":"a","kind":"clusters"}]}"#,
        #"the plan of the output has two requests with the id "a""#
      ),
      (
        #"{"requests":[{"id":"a","kind":"ca-bundle"}]}"#,
        "the plan of the output has no type in the request a"
      ),
      (
        #"{"requests":[{"id":"a","kind":"user-certificate","reissuable":"yes"}]}"#,
        "the plan of the output has a reissuable that is no boolean in the request a"
      ),
      (
        #"{"requests":[{"id":"a","kind":"user-certificate","cluster":7}]}"#,
        "the plan of the output has a cluster that is no name in the request a"
      ),
    ])
  func defects(text: String, words: String) async throws {
    let error = try await failure { try plan(text) }
    #expect(error.message.hasPrefix(words), "\(error.message)")
    #expect(error.hint.contains("report it to its author") && error.remedy == .local)
  }

  @Test("with more requests than are carried out is a defect, with as many it is not")
  func many() async throws {
    func text(_ count: Int) -> String {
      let list = (0..<count).map { #"{"id":"r\#($0)","kind":"clusters"}"# }
      return #"{"requests":[\#(list.joined(separator: ","))]}"#
    }
    #expect(try plan(text(32)).requests.count == 32)
    let error = try await failure { try plan(text(33)) }
    #expect(error.message.hasSuffix("1 to 32 requests"))
  }

  @Test(
    "that asks for more than this agent knows is for a newer one",
    arguments: [
      (#"{"requests":[{"id":"a","kind":"x509-svid"}]}"#, "the kind of the request a"),
      (#"{"requests":[{"id":"a"}]}"#, "the kind of the request a"),
      (
        #"{"requests":[{"id":"a","kind":"user-certificate","key":"ssh"}]}"#,
        "a key purpose of the request a"
      ),
      (
        #"{"requests":[{"id":"a","kind":"user-certificate","route":{}}]}"#,
        #"the key "route" of the request a"#
      ),
      (
        #"{"requests":[{"id":"a","kind":"discovery"}],"wishes":[]}"#,
        #"the key "wishes" of the plan"#
      ),
    ])
  func newer(text: String, what: String) async throws {
    let error = try await failure { try plan(text) }
    #expect(
      error.description
        == "this agent does not know \(what); install a newer agent or an older plugin")
  }
}
