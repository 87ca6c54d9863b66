import Credentials
import Documents
import PluginHost
import Testing
import Wire

@testable import Host

@Suite("An output", .timeLimit(.minutes(1)))
struct OutputServiceTests {
  /// Runs the one output of an agent that has joined, and gives the document its plugin got.
  @discardableResult
  private func document(_ bench: Bench, plan: String? = nil) async throws -> Node {
    var bench = bench
    if let plan { bench.configuration.services[0].section["plan"] = .text(plan) }
    try await bench.withParts { parts in
      try await parts.keeper.renew()
      try await parts.outputs[0].run(try await parts.keeper.usable())
    }
    return try JSON.parse(Array(#require(bench.scratch.text("out/card.json")).utf8))
  }

  private func plan(_ requests: String) -> String { #"{"requests":[\#(requests)]}"# }

  @Test("gets a certificate of its own for a key of its own, with the roles of the bot")
  func certificate() async throws {
    try await Bench.with { bench in
      bench.cluster.change { $0.roles = ["login", "deploy", "login"] }
      let main = try #require(try await document(bench)["credentials"]?["main"])
      let key = try PrivateKey(pem: #require(main["private_key"]?.string))
      let tls = try TLSCertificate(pem: #require(main["tls_certificate"]?.string))
      let ssh = try SSHCertificate(line: #require(main["ssh_certificate"]?.string))
      #expect(main["ssh_public_key"]?.string == key.publicKey.authorizedKey)
      #expect(try tls.publicKey == key.publicKey && ssh.publicKey == key.publicKey)
      #expect(try TLSIdentity(tls).roles == ["login", "deploy"])
      let request = try #require(bench.cluster.requests.first)
      #expect(request.roleRequests == ["login", "deploy"] && request.useRoleRequests)
      #expect(request.username == FakeCluster.user && request.routeToCluster == FakeCluster.name)
      #expect(!request.reissuableRoleImpersonation)
      #expect(request.expiresUnixSeconds == bench.clock.now + 3600)
    }
  }

  @Test("may ask for a certificate for a leaf cluster that can be reissued")
  func leafCertificate() async throws {
    try await Bench.with { bench in
      try await document(
        bench,
        plan: plan(#"{"id":"a","kind":"user-certificate","cluster":"leaf","reissuable":true}"#))
      let request = try #require(bench.cluster.requests.first)
      #expect(request.routeToCluster == "leaf" && request.reissuableRoleImpersonation)
    }
  }

  @Test("learns where it is and whose")
  func surroundings() async throws {
    try await Bench.with { bench in
      let document = try await document(bench)
      #expect(document["cluster"]?.string == FakeCluster.name)
      #expect(document["destination"]?["kind"]?.string == "directory")
      #expect(document["destination"]?["path"]?.string == bench.scratch.path("out"))
      #expect(document["agent"]?["path"]?.string?.hasPrefix("/") == true)
    }
  }

  @Test("gets authorities as the cluster has them, and an empty list for a type it does not have")
  func authorities() async throws {
    try await Bench.with { bench in
      bench.cluster.refuse(
        "authorities openssh", RPCError(.badParameter, "authority type is not supported"))
      let answers = try #require(
        try await document(
          bench,
          plan: plan(
            #"{"id":"a","kind":"ca-bundle","type":"host"},"#
              + #"{"id":"b","kind":"ca-bundle","type":"openssh"}"#))["credentials"])
      let host = try #require(answers["a"]?["authorities"]?.list?.first)
      #expect(host["cluster"]?.string == FakeCluster.name)
      let shown = try TLSCertificate(pem: #require(host["tls"]?.list?.first?.string))
      #expect(shown.der == bench.cluster.hostTLS.certificate.der)
      #expect(host["ssh"]?.list?.map(\.string) == [bench.cluster.hostSSH.authorizedKey])
      #expect(answers["b"]?["authorities"]?.list?.isEmpty == true)
    }
  }

  @Test("gets its own cluster first, then the leaves by name, each once")
  func clusters() async throws {
    try await Bench.with { bench in
      bench.cluster.change { $0.leaves = ["zebra", FakeCluster.name, "ant"] }
      let document = try await document(bench, plan: plan(#"{"id":"a","kind":"clusters"}"#))
      let names = document["credentials"]?["a"]?["authorities"]?.list?.map { $0["cluster"]?.string }
      #expect(names == [FakeCluster.name, "ant", "zebra"])
    }
  }

  @Test("gets its own cluster alone from an authority that knows no leaves")
  func noLeaves() async throws {
    try await Bench.with { bench in
      bench.cluster.refuse("leaves", RPCError(.notImplemented, "unknown call"))
      let document = try await document(bench, plan: plan(#"{"id":"a","kind":"clusters"}"#))
      #expect(document["credentials"]?["a"]?["authorities"]?.list?.count == 1)
    }
  }

  @Test(
    "fails with the call that failed, and writes nothing",
    arguments: [
      ("role", "cannot read the role of bot-robot: no"),
      ("suite", "cannot read the cluster's key suite: no"),
      ("certs", "cannot get certificates for bot-robot: no"),
      ("authorities host", "cannot read the host authorities: no"),
    ])
  func refused(call: String, message: String) async throws {
    try await Bench.with { bench in
      bench.cluster.refuse(call, RPCError(.accessDenied, "no"))
      let error = try await failure { try await document(bench) }
      #expect(error.message == message && error.remedy == .refused)
      #expect(bench.scratch.everything(in: "out").isEmpty)
    }
  }

  @Test("has nothing to write for a bot without roles, and says how to give it some")
  func noRoles() async throws {
    try await Bench.with { bench in
      bench.cluster.change { $0.roles = [] }
      let error = try await failure { try await document(bench) }
      #expect(error.message.hasPrefix("the bot robot has no roles"))
      #expect(error.hint.contains("tctl get bot/robot") && bench.cluster.requests.isEmpty)
    }
  }
}
