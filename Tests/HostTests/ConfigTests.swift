import Documents
import PluginHost
import Testing
import Wire

@testable import Host

/// Documents that are accepted, and what becomes of them.
@Suite("An accepted configuration")
struct ConfigTests {
  static let minimal = """
    version: v2
    proxy_server: example.com:443
    onboarding:
      join_method: badge
      token: hall
      badge:
        pin_code: s3cret-pin
    storage:
      type: directory
      path: /var/lib/bot
    services:
      - type: cards
        destination:
          type: directory
          path: /opt/cards
    """

  @Test("the example of the guides gives addresses, defaults and resolved sections")
  func minimal() throws {
    let read = try World().read(Self.minimal)
    #expect(read.server == .proxy(.init(host: "example.com", port: 443)))
    #expect(!read.isInsecure && !read.isDebug && !read.isOneshot)
    #expect(read.lifetime == CredentialLifetime(ttlSeconds: 3600, renewalIntervalSeconds: 1200))
    #expect(read.storage == .directory(path: "/var/lib/bot", symlinks: .trySecure))
    #expect(
      read.onboarding
        == Onboarding(
          token: "hall", isTokenFromFile: false, joinMethod: "badge", caPath: nil, caPins: [],
          section: ["pin_code": .secret("s3cret-pin"), "attempts": .integer(3)]))
    #expect(
      read.services == [
        ServiceConfiguration(
          name: "cards-1", type: "cards", position: .init(line: 12, column: 11),
          destination: .directory(path: "/opt/cards", symlinks: .trySecure),
          lifetime: read.lifetime, section: ["colour": .text("on"), "laminated": .flag(false)])
      ])
    #expect(read.plugins == PluginPolicy())
    #expect(read.warnings == [])
  }

  @Test("every key that is served is read")
  func everyKey() throws {
    let pin = ConfigRefusalTests.pin
    let read = try World().read(
      """
      version: v2
      auth_server: "[::1]:3025"
      debug: true
      oneshot: false
      insecure: false
      fips: false
      credential_ttl: 8h
      renewal_interval: 90m
      onboarding:
        join_method: badge
        token: 0123
        ca_pins: ["\(pin.uppercased())", "\(pin)"]
        badge:
          pin_code: 1234
          attempts: 0x10
          patience: 1m30s
          readers: [front, 2]
      storage:
        type: directory
        path: state
        symlinks: secure
        acls: try
        readers: []
      services:
        - type: cards
          name: front-door
          destination: {type: memory}
          credential_ttl: 4h
          renewal_interval: 1h
          cluster: leaf
          colour: off
          laminated: true
          roles: []
      outputs:
        - type: folders/v2
          destination: /opt/folders
        - type: cards
          destination: {type: directory, path: /opt/cards, symlinks: insecure}
      plugins:
        directory: /opt/plugins
        require_pins: true
        call_timeout: 1m30s
        pins:
          a.so: \(pin)
          b.so: \(ConfigRefusalTests.hex.uppercased())
      """)
    let hex = ConfigRefusalTests.hex
    #expect(read.server == .auth(.init(host: "::1", port: 3025)))
    #expect(read.isDebug && !read.isOneshot && !read.isInsecure)
    #expect(read.lifetime == CredentialLifetime(ttlSeconds: 28800, renewalIntervalSeconds: 5400))
    #expect(read.storage == .directory(path: "state", symlinks: .secure))
    #expect(read.onboarding?.token == "0123")
    #expect(read.onboarding?.caPins == [hex, hex])
    #expect(
      read.onboarding?.section == [
        "pin_code": .secret("1234"), "attempts": .integer(16),
        "patience": .nanoseconds(90 * 1_000_000_000),
        "readers": .list(["front", "2"]),
      ])
    #expect(read.services.map(\.name) == ["front-door", "folders-v2-1", "cards-2"])
    #expect(read.services.map(\.type) == ["cards", "folders/v2", "cards"])
    #expect(
      read.services.map(\.destination) == [
        .memory, .directory(path: "/opt/folders", symlinks: .trySecure),
        .directory(path: "/opt/cards", symlinks: .insecure),
      ])
    #expect(
      read.services[0].lifetime
        == CredentialLifetime(ttlSeconds: 14400, renewalIntervalSeconds: 3600))
    #expect(read.services[1].lifetime == read.lifetime)
    #expect(
      read.services[0].section
        == ["cluster": .text("leaf"), "colour": .text("off"), "laminated": .flag(true)])
    #expect(
      read.plugins
        == PluginPolicy(
          directory: "/opt/plugins", pins: ["a.so": hex, "b.so": hex], requiresPins: true,
          callTimeoutSeconds: 90))
    #expect(read.warnings == [])
  }

  static let head = "version: v2\nproxy_server: a.b:1\n"

  @Test(
    "the guides' empty lists of services join and produce nothing",
    arguments: ["services: []\n", "outputs: []\n", "services:\n", ""])
  func empty(_ lines: String) throws {
    let read = try World().read(Self.head + lines)
    #expect(read.services == [] && read.warnings == [])
    #expect(read.storage == .directory(path: "/var/lib/teleport/bot", symlinks: .trySecure))
  }

  @Test("without onboarding the agent may live on what it has, and is told what to add otherwise")
  func noOnboarding() throws {
    let read = try World().read(Self.head)
    #expect(read.onboarding == nil)
    #expect(
      read.onboardingMissing.description
        == "tbot.yaml: there is no stored identity and no `onboarding` to get one with; "
        + "add `onboarding:` with `join_method` and `token`")
  }

  @Test("a short lifetime alone brings a short renewal interval with it")
  func shortLifetime() throws {
    let read = try World().read(Self.head + "credential_ttl: 15m\n")
    #expect(read.lifetime == CredentialLifetime(ttlSeconds: 900, renewalIntervalSeconds: 300))
  }

  @Test("an agent that runs once is not asked when it renews")
  func oneshot() throws {
    let lines = "oneshot: true\ncredential_ttl: 10m\nrenewal_interval: 1h\n"
    let service = "services:\n  - {type: cards, destination: /x, credential_ttl: 5m}\n"
    let read = try World().read(Self.head + lines + service)
    #expect(read.isOneshot)
    #expect(read.lifetime.ttlSeconds == 600)
    #expect(read.services[0].lifetime.ttlSeconds == 300)
  }

  @Test("a token that is an absolute path is the trimmed content of that file")
  func tokenFile() throws {
    var world = World()
    world.files = ["/run/token": "\n  hall\r\n"]
    let read = try world.read(
      Self.head + "onboarding: {join_method: ticket, token: /run/token}\n")
    #expect(read.onboarding?.token == "hall")
    #expect(read.onboarding?.isTokenFromFile == true)
  }
}
