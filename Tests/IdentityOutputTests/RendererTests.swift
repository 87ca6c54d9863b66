import Documents
import IdentityOutput
import Testing

@Suite struct RendererTests {
  @Test func renderingTwiceGivesTheSameBytesInTheSameOrder() throws {
    let node = try Samples.credentials()
    let first = try Samples.render(node)
    let second = try Samples.render(node)
    #expect(first.map(\.name) == second.map(\.name))
    #expect(first.map(\.content) == second.map(\.content))
  }

  @Test func onlyFilesWithThePrivateKeyAreSecret() throws {
    for artifact in try Samples.render(try Samples.credentials()) {
      let holdsKey = String(decoding: artifact.content, as: UTF8.self).contains("PRIVATE KEY")
      #expect(artifact.isSecret == holdsKey, "\(artifact.name)")
    }
  }

  @Test func newlinesAtTheEndOfValuesDoNotMatter() throws {
    let node = try Samples.credentials()
    var padded = node
    for key in ["private_key", "ssh_public_key", "ssh_certificate", "tls_certificate"] {
      let path = "credentials.main.\(key)"
      let text = try #require(node["credentials"]?["main"]?[key]?.string)
      padded = padded.replacing(path, with: .text(text + "\n\n"))
    }
    #expect(try Samples.render(padded).map(\.content) == Samples.render(node).map(\.content))
  }

  @Test func aKeyCommentStaysInTheKeyFileAndOutOfKnownHosts() throws {
    let node = try Samples.credentials()
    let key = try #require(
      node["credentials"]?["clusters"]?["authorities"]?.list?[1]["ssh"]?.list?[0])
    let commented = try node.replacing(
      "credentials.clusters.authorities.1.ssh.0", with: .text(#require(key.string) + " a comment"))
    #expect(
      try Samples.render(commented).text("known_hosts") == Samples.render(node).text("known_hosts"))
  }

  @Test func aClusterWithoutDatabaseAuthorityGetsAnEmptyFile() throws {
    let node = try Samples.credentials().replacing(
      "credentials.database.authorities", with: .array([]))
    #expect(try Samples.render(node).text("teleport-database-ca.crt") == "")
  }

  @Test(arguments: [
    ("credentials.main", "credentials.main is missing"),
    ("credentials.host", "credentials.host is missing"),
    ("credentials.user", "credentials.user is missing"),
    ("credentials.database", "credentials.database is missing"),
    ("credentials.clusters", "credentials.clusters is missing"),
    ("credentials.proxy", "credentials.proxy is missing"),
    ("credentials.main.private_key", "credentials.main.private_key is missing"),
    ("credentials.main.ssh_public_key", "credentials.main.ssh_public_key is missing"),
    ("credentials.main.ssh_certificate", "credentials.main.ssh_certificate is missing"),
    ("credentials.main.tls_certificate", "credentials.main.tls_certificate is missing"),
    ("credentials.host.authorities", "credentials.host.authorities is missing"),
    ("credentials.host.authorities.0.cluster", "credentials.host.authorities.cluster is missing"),
    ("credentials.user.authorities.0.tls", "credentials.user.authorities.tls is missing"),
    ("destination", "destination is missing"),
    ("destination.kind", "destination.kind is missing"),
    ("destination.path", "destination.path is missing"),
    ("agent.ssh_proxy_command.name", "agent.ssh_proxy_command.name is missing"),
    ("agent.path", "agent.path is missing or not absolute, and a proxy command needs it"),
  ])
  func aMissingPieceIsNamed(path: String, message: String) throws {
    let failure = try Samples.failure(try Samples.credentials().replacing(path, with: nil))
    #expect(failure?.message == message)
    #expect(failure?.hint.isEmpty == false)
  }

  @Test(arguments: [
    ("credentials.host.authorities", "the cluster has no host authority with a TLS certificate"),
    ("credentials.user.authorities", "the cluster has no user authority with a TLS certificate"),
    ("credentials.clusters.authorities", "the list of clusters is empty"),
    (
      "credentials.clusters.authorities.0.ssh",
      "cluster \"example.com\" has no SSH host authority"
    ),
  ])
  func anEmptyChainIsRefused(path: String, message: String) throws {
    let node = try Samples.credentials().replacing(path, with: .array([]))
    #expect(try Samples.failure(node)?.message == message)
  }

  @Test func aClusterListedTwiceIsRefused() throws {
    let node = try Samples.credentials().replacing(
      "credentials.clusters.authorities.1.cluster", with: .text("example.com"))
    #expect(try Samples.failure(node)?.message == "cluster \"example.com\" is listed twice")
  }

  @Test(arguments: ["", "{", "[]", "null", "{\"credentials\":{}}", "{\"a\":1,\"a\":2}", "\u{1}"])
  func aDocumentThatIsNoneIsRefused(text: String) throws {
    #expect(throws: OutputFailure.self) {
      try IdentityRenderer.render([UInt8](text.utf8), config: try Samples.config())
    }
  }

  @Test func messagesNeverShowThePrivateKey() throws {
    let node = try Samples.credentials()
    let key = try #require(node["credentials"]?["main"]?["private_key"]?.string)
    for wrong in [key + key, "x" + key, String(key.dropLast(30)), "secret"] {
      let failure = try Samples.failure(
        node.replacing("credentials.main.private_key", with: .text(wrong)))
      #expect(
        failure?.message
          == "credentials.main.private_key is not exactly one PEM block of its kind")
    }
  }
}
