import Credentials
import PluginHost
import Testing
import Wire

@testable import Host

@Suite("A join", .timeLimit(.minutes(1)))
struct JoinCeremonyTests {
  /// What one anonymous join ends with.
  private func join(
    _ bench: Bench, _ purpose: JoinParameters.Purpose = .first, token: String = FakeCluster.token
  ) async throws -> JoinCeremony.Accepted {
    try await bench.withParts { parts in
      let declaration = try #require(
        Desk.catalog().joinMethod("badge").manifest.joinMethod)
      let setup = JoinCeremony.Setup(
        method: try #require(parts.method), declaration: declaration, token: token,
        ttlSeconds: 600, callTimeout: .seconds(60), clock: bench.clock)
      let connection = try await parts.link.anonymous()
      return try await JoinCeremony(setup: setup, connection: connection).run(purpose)
    }
  }

  @Test("certifies a new key of the cluster's suite for as long as is configured")
  func certified() async throws {
    try await Bench.with { bench in
      let identity = try await join(bench).identity
      let certified = try identity.certificates.tls.publicKey
      #expect(identity.privateKey.publicKey == certified)
      #expect(identity.privateKey.schemeName == "ES256")
      #expect(identity.validity.notAfter == bench.clock.now + 600)
      #expect(identity.clusterName == FakeCluster.name && identity.identity.botName == "robot")
      #expect(identity.tokenHash == StoredIdentity.tokenHash(of: FakeCluster.token))
      let next = try await join(bench).identity
      #expect(next.privateKey.publicKey != identity.privateKey.publicKey)
      bench.cluster.change { $0.suite = "legacy" }
      let legacy = try await join(bench).identity
      #expect(legacy.privateKey.schemeName == "RS256")
    }
  }

  @Test("tells the method why it takes place", arguments: [1, 2, 3] as [UInt32])
  func purpose(number: UInt32) async throws {
    try await Bench.with { bench in
      _ = try await join(bench, #require(JoinParameters.Purpose(rawValue: number)))
      #expect(bench.cluster.events.contains("purpose \(number)"))
    }
  }

  @Test(
    "carries challenges to the method and its answers back, and hands over its part of the result")
  func challenges() async throws {
    try await Bench.with { bench in
      bench.cluster.change { $0.challenges = ["who are you", "pin"] }
      let accepted = try await join(bench)
      #expect(
        bench.cluster.events.filter { $0.hasPrefix("solution") }
          == ["solution 9 who are you", "solution 9 1234"])
      #expect(accepted.fragment == [0x12, 7] + Array("welcome".utf8))
    }
  }

  @Test("that the method gives up tells the authority why, and the operator what to do")
  func givesUp() async throws {
    try await Bench.with { bench in
      bench.cluster.change { $0.challenges = ["fail now"] }
      let error = try await failure { try await join(bench) }
      #expect(
        error.description
          == "org.example.desk: the reader does not like the badge; polish it")
      #expect(error.remedy == .local)
      #expect(
        bench.cluster.events.last
          == "gave up, challengeSolutionFailed: the reader does not like the badge"
          || bench.cluster.events.last
            == "gave up, solutionFailed: the reader does not like the badge"
      )
      // The session was closed: the next join opens another.
      bench.cluster.change { $0.challenges = [] }
      _ = try await join(bench)
    }
  }

  @Test("whose challenge the method does not know says so in the protocol's own word")
  func unsupported() async throws {
    try await Bench.with { bench in
      bench.cluster.change { $0.challenges = ["fail unsupported"] }
      _ = try await failure { try await join(bench) }
      #expect(bench.cluster.events.last?.hasPrefix("gave up, unsupportedMessage:") == true)
    }
  }

  @Test("may be worth another try when the method says so")
  func later() async throws {
    try await Bench.with { bench in
      bench.cluster.change { $0.challenges = ["fail later"] }
      let error = try await failure { try await join(bench) }
      #expect(error.remedy == .retry)
    }
  }

  @Test("that is refused names the authority, its words and the token's place, and not the token")
  func refused() async throws {
    try await Bench.with { bench in
      let error = try await failure { try await join(bench, token: "no-such-token") }
      let address = bench.link.address
      #expect(
        error.message
          == "the authority at \(address) refused the join: token expired or not found")
      #expect(error.hint.contains("onboarding.token") && error.remedy == .refused)
      #expect(!error.description.contains("no-such-token"))
    }
  }

  /// What a hostile or broken authority may put into a result.
  enum Lie: String, CaseIterable {
    case otherKey, noAuthorities, garbage, noSSH

    func tell(_ certificates: JoinCertificates, _ cluster: FakeCluster) -> JoinCertificates {
      var told = certificates
      switch self {
      case .otherKey:
        guard let key = try? PrivateKey.generate(.ecdsaP256).publicKey,
          let issued = try? cluster.issue(
            roles: [FakeCluster.user], tlsKey: key, sshKey: key, until: cluster.clock.now + 60)
        else { return told }
        (told.tls, told.ssh) = (issued.tls.der, issued.ssh.blob)
      case .noAuthorities: told.tlsAuthorities = []
      case .garbage: told.tls = [0x30, 1]
      case .noSSH: told.ssh = []
      }
      return told
    }
  }

  @Test(
    "ends in no identity when the certificates are not what was asked for", arguments: Lie.allCases)
  func lies(lie: Lie) async throws {
    try await Bench.with { bench in
      let cluster = bench.cluster
      cluster.change { $0.changeJoin = { lie.tell($0, cluster) } }
      let error = try await failure { try await join(bench) }
      #expect(
        error.message.hasPrefix(
          "the authority at \(bench.link.address) sent an identity that cannot be used: "))
      #expect(error.remedy == .refused)
    }
  }
}
