import Credentials
import Testing
import Wire

@testable import Host

@Suite("The way to the cluster", .timeLimit(.minutes(1)))
struct JoinLinkTests {
  private static let pin = String(repeating: "07", count: 32)

  /// A bench whose agent trusts nobody yet.
  private func with(_ body: (Bench, AgentConfiguration) async throws -> Void) async throws {
    try await Bench.with { bench in
      var configuration = bench.configuration
      configuration.onboarding?.caPath = nil
      try await body(bench, configuration)
    }
  }

  private func connect(_ configuration: AgentConfiguration) async throws {
    try await AuthorityLink(configuration).anonymous().close()
  }

  @Test("is not taken when nothing says how to recognise the authority")
  func noTrust() async throws {
    try await with { bench, configuration in
      let error = try await failure { try await connect(configuration) }
      #expect(error.message.hasPrefix("nothing says how to recognise the authority at 127.0.0.1:"))
      #expect(error.hint.contains("onboarding.ca_pins") && error.hint.contains("tctl status"))
      #expect(error.remedy == .local && bench.cluster.events.isEmpty)
    }
  }

  @Test("is taken when every authority of the cluster has its pin", arguments: ["sha256:", ""])
  func pinned(prefix: String) async throws {
    try await with { bench, configuration in
      var configuration = configuration
      let pin = try CertificatePin(bench.cluster.hostTLS.certificate).description
      configuration.onboarding?.caPins = [Self.pin, prefix + pin.dropFirst(7)]
      try await connect(configuration)
    }
  }

  @Test("is not taken when the pin is another's, and nothing but the pin was asked about")
  func wrongPin() async throws {
    try await with { bench, configuration in
      var configuration = configuration
      configuration.onboarding?.caPins = [Self.pin]
      let error = try await failure { try await connect(configuration) }
      #expect(error.message.contains("is not the pinned one: cluster pin does not match"))
      #expect(!error.hint.isEmpty && bench.cluster.events == ["authorities by a stranger"])
    }
  }

  @Test(
    "is not taken by the certificates that a file does not have",
    arguments: [nil, "", "-----BEGIN"])
  func caFile(content: String?) async throws {
    try await with { bench, configuration in
      var configuration = configuration
      let path = bench.scratch.path("other.pem")
      if let content { try bench.scratch.write("other.pem", content) }
      configuration.onboarding?.caPath = path
      let error = try await failure { try await connect(configuration) }
      #expect(error.message.hasPrefix("onboarding.ca_path \(path)"))
      #expect(bench.cluster.events.isEmpty)
    }
  }

  @Test("is not taken to a server that the configured authority does not vouch for")
  func otherAuthority() async throws {
    try await Bench.with { bench in
      try bench.scratch.write("ca.pem", bench.cluster.userTLS.certificate.pem)
      let error = try await failure { try await bench.link.anonymous() }
      #expect(error.message.contains("does not come from a trusted authority"))
      #expect(error.remedy == .retry && bench.cluster.events.isEmpty)
    }
  }

  @Test("is taken to anybody when that is what the operator wants")
  func insecure() async throws {
    try await with { bench, configuration in
      var configuration = configuration
      configuration.isInsecure = true
      try await connect(configuration)
      configuration.server = .proxy(bench.link.address)
      try await connect(configuration)
    }
  }

  @Test("with an identity leads to the identity's own cluster only")
  func authenticated() async throws {
    try await Bench.with { bench in
      let identity = try await bench.withParts { parts in
        try await parts.keeper.renew()
        return try await parts.keeper.usable()
      }
      let connection = try await bench.link.authenticated(identity)
      _ = try await connection.ping()
      await connection.close()
      #expect(bench.cluster.events.last == "ping")
      try await Bench.with { other in
        let error = try await failure { try await other.link.authenticated(identity) }
        #expect(error.message.hasPrefix("cannot reach the cluster example.test: "))
        #expect(other.cluster.events.isEmpty)
      }
    }
  }

  @Test("that nobody answers on says where it led, and may be tried again")
  func nobody() async throws {
    try await Bench.with { bench in
      var configuration = bench.configuration
      configuration.server = .auth(ServerAddress(host: "127.0.0.1", port: 1))
      let error = try await failure { try await connect(configuration) }
      #expect(error.message.hasPrefix("cannot join at 127.0.0.1:1: nothing listens at 127.0.0.1:1"))
      #expect(error.remedy == .retry && error.description.contains("check the address"))
    }
  }

  @Test("to the web side trusts the identity's own authorities when the system knows none of them")
  func discovery() async throws {
    try await Bench.with { bench in
      let identity = try await bench.withParts { parts in
        try await parts.keeper.renew()
        return try await parts.keeper.usable()
      }
      let found = try await bench.link.discovery(at: bench.link.address, trusting: identity)
      #expect(found.clusterName == FakeCluster.name)
      try await Bench.with { other in
        let error = try await failure {
          try await bench.link.discovery(at: other.link.address, trusting: identity)
        }
        #expect(error.message.hasPrefix("cannot ask \(other.link.address) about its cluster: "))
      }
    }
  }
}
