import PluginHost
import Testing
import Wire

@testable import Host

/// Flags over the file, and what is worth a warning.
@Suite("Flags and warnings")
struct ConfigFlagTests {
  static let file = """
    version: v2
    proxy_server: a.b:1
    debug: true
    onboarding:
      token: hall
      join_method: badge
      badge: {pin_code: x}
      ca_path: /ca
    storage: /state
    services:
      - {type: cards, destination: /cards}
    """

  private func refusals(_ text: String, _ options: StartOptions) -> [String] {
    do {
      _ = try World().read(text, options)
      return []
    } catch {
      return said(error.problems)
    }
  }

  private func said(_ problems: [ConfigProblem]) -> [String] { problems.map(\.description) }

  @Test("a flag replaces its key and nothing else, and says so")
  func override() throws {
    var options = StartOptions()
    options.proxyServer = "c.d:2"
    options.token = "gate"
    options.debug = false
    options.oneshot = true
    options.storage = "memory:"
    options.certificateTTL = "2h"
    options.pluginDirectory = "/plugins"
    let read = try World().read(Self.file, options)
    #expect(read.server == .proxy(ServerAddress(host: "c.d", port: 2)))
    #expect(read.onboarding?.token == "gate")
    #expect(read.onboarding?.joinMethod == "badge")
    #expect(read.onboarding?.section["pin_code"] == .secret("x"))
    #expect(read.onboarding?.caPath == "/ca")
    #expect(!read.isDebug && read.isOneshot)
    #expect(read.storage == .memory)
    #expect(read.lifetime.ttlSeconds == 7200)
    #expect(read.plugins.directory == "/plugins")
    let remedy = "remove one of the two, so that they cannot contradict each other"
    #expect(
      said(read.warnings) == [
        "tbot.yaml:2:15: `proxy_server` is overridden by --proxy-server; \(remedy)",
        "tbot.yaml:3:8: `debug` is overridden by --debug; \(remedy)",
        "tbot.yaml:5:10: `onboarding.token` is overridden by --token; \(remedy)",
        """
        tbot.yaml:8:12: `onboarding.ca_path` counts with `auth_server` only; remove it; \
        the certificate of the proxy is checked against the system's authorities
        """,
        "tbot.yaml:9:10: `storage` is overridden by --storage; \(remedy)",
      ])
  }

  @Test("a flag that says what the file says is no news")
  func same() throws {
    var options = StartOptions()
    options.token = "hall"
    options.joinMethod = "badge"
    options.dataDirectory = "/state"
    let read = try World().read(Self.file.replacing("  ca_path: /ca\n", with: ""), options)
    #expect(read.warnings == [])
  }

  @Test("another join method by flag leaves the section of the file's, which is said")
  func method() throws {
    var options = StartOptions()
    options.joinMethod = "ticket"
    let read = try World().read(Self.file.replacing("  ca_path: /ca\n", with: ""), options)
    #expect(read.onboarding?.joinMethod == "ticket")
    #expect(read.onboarding?.section == [:])
    #expect(
      said(read.warnings).last
        == """
        tbot.yaml:7:3: `onboarding.badge` is ignored: the join method is "ticket"; \
        remove it, or set `join_method: badge`
        """)
  }

  @Test("flags alone are enough")
  func alone() throws {
    var options = StartOptions()
    options.authServer = "a.b:3025"
    options.token = "hall"
    options.joinMethod = "ticket"
    options.caPins = [ConfigRefusalTests.pin]
    options.dataDirectory = "/state"
    options.renewalInterval = "10m"
    let read = try World().reader(options).readOptions()
    #expect(read.server == .auth(ServerAddress(host: "a.b", port: 3025)))
    #expect(read.onboarding?.caPins == [ConfigRefusalTests.hex])
    #expect(read.storage == .directory(path: "/state", symlinks: .trySecure))
    #expect(read.lifetime.renewalIntervalSeconds == 600)
    #expect(read.services == [] && read.warnings == [])
  }

  @Test("neither file nor flags is answered with how to give them")
  func nothing() {
    let expected = """
      command line: there is no address to join; name the configuration with -c, or add \
      --proxy-server host:port
      """
    do {
      _ = try World().reader().readOptions()
      Issue.record("nothing was enough")
    } catch {
      #expect(error.description == expected)
    }
  }

  @Test("--destination-dir stands for the one installed output, with its defaults")
  func destination() throws {
    var options = StartOptions()
    options.destinationDirectory = "/out"
    var world = World()
    world.plugins.outputs = [FakePlugins.cards]
    let read = try world.read(Self.file, options)
    #expect(read.services.map(\.name) == ["cards-1"])
    #expect(read.services.map(\.type) == ["cards"])
    #expect(
      read.services.map(\.destination) == [.directory(path: "/out", symlinks: .trySecure)])
    #expect(read.services[0].section == ["colour": .text("on"), "laminated": .flag(false)])
    #expect(
      said(read.warnings).contains(
        """
        tbot.yaml:11:12: the services of the file are ignored: --destination-dir replaces them; \
        remove one of the two
        """))
    #expect(
      World().refusal(Self.file, options)
        == """
        --destination-dir: several outputs are installed: cards, folders/v2; \
        name the one that is meant in `services` of the configuration file
        """)
    world.plugins.outputs = []
    #expect(
      world.refusal(Self.file, options)
        == """
        --destination-dir: no output plugin is installed; \
        install one; `tenon plugin list` shows what there is
        """)
  }

  @Test("wrong flags are refused by their names, before what is wrong in the file")
  func wrong() {
    var options = StartOptions()
    options.authServer = "c.d:2"
    options.certificateTTL = "3600"
    options.renewalInterval = "-1m"
    options.caPins = ["pin"]
    options.storage = "s3://bucket/key"
    options.dataDirectory = "/x"
    options.pluginDirectory = "plugins"
    options.fips = true
    let early: [String] = refusals(Self.file, options)
    #expect(
      early == [
        """
        --certificate-ttl is no duration: "3600"; add a unit, such as 3600s, \
        or 3600m for minutes
        """,
        """
        --renewal-interval must be at least one second, not "-1m"; \
        write a duration such as 1h or 20m
        """,
        """
        --storage: the storage scheme of "s3://bucket/key" is not recognised; \
        write a path, file:///path or memory://
        """,
        "--data-dir: it says the same as --storage; give one of the two",
        "--plugin-dir is not absolute: \"plugins\"; write the path from / on",
      ])
    options.pluginDirectory = nil
    options.storage = nil
    options.certificateTTL = nil
    options.renewalInterval = nil
    let late: [String] = refusals(Self.file + "\nwrong: 1", options)
    #expect(
      late == [
        """
        --fips is true, but this build has no FIPS cryptography; \
        remove it where FIPS is not required
        """,
        """
        --ca-pin is no pin: "pin"; \
        write sha256: and the 64 hex digits that `tctl status` shows
        """,
        "--ca-pin: `onboarding.ca_path` (line 8) and --ca-pin are both set; keep one of the two",
        """
        --auth-server and `proxy_server` (line 2) are both set; \
        keep the proxy unless the agent reaches the authority directly
        """,
        "tbot.yaml:12:1: unknown key `wrong`; remove it, or correct its spelling",
      ])
  }

  /// Lines after the head, and the warnings they give.
  static let warned: [(lines: String, warnings: [String])] = [
    (
      "certificate_ttl: 2h\n",
      ["tbot.yaml:3:18: `certificate_ttl` is the old name of `credential_ttl`; rename it"]
    ),
    (
      "certificate_ttl: 2h\ncredential_ttl: 1h\n",
      [
        """
        tbot.yaml:3:18: `certificate_ttl` is the old name of `credential_ttl`; \
        remove it, `credential_ttl` counts
        """
      ]
    ),
    (
      "credential_ttl: 48h\n",
      [
        """
        tbot.yaml:3:17: `credential_ttl` is 48h; most authorities shorten it to 24h; \
        write 24h or less, and let the renewal do its work
        """
      ]
    ),
    (
      "credential_ttl: 1h\nrenewal_interval: 60m\n",
      [
        """
        tbot.yaml:4:19: the renewal interval 1h is as long as the lifetime: \
        a late renewal leaves a gap; set `renewal_interval` to 30m or less
        """
      ]
    ),
    (
      "diag_addr: :3001\n",
      [
        """
        tbot.yaml:3:12: `diag_addr` is 0.0.0.0:3001, which others can reach: whoever does reads the \
        names of services and why they fail, without a login; use 127.0.0.1:3001 unless a probe asks \
        from elsewhere
        """
      ]
    ),
    (
      "diag_addr: 127.0.0.1:3001\noneshot: true\n",
      [
        """
        tbot.yaml:3:12: `diag_addr` counts for an agent that keeps running; this one runs once; \
        remove it
        """
      ]
    ),
    ("diag_addr: 127.0.0.1:3001\n", []), ("diag_addr: '[::1]:3001'\n", []),
    ("diag_addr: http://localhost:3001/\n", []),
    (
      "storage: {type: memory}\nonboarding: {token: x, join_method: ticket}\n",
      [
        """
        tbot.yaml:3:10: the storage is memory: every start joins anew; \
        use `type: directory` for an agent that keeps running
        """
      ]
    ),
    ("fips: false\njoin_uri: ''\ndiag_addr: ''\n", []),
  ]

  @Test("what is harmless is a warning with its remedy", arguments: warned)
  func warnings(_ row: (lines: String, warnings: [String])) throws {
    let read = try World().read("version: v2\nproxy_server: a.b:1\n" + row.lines)
    #expect(said(read.warnings) == row.warnings)
  }

  @Test("the diagnostics address is read, and the flag wins over the file")
  func diagnostics() throws {
    var options = StartOptions()
    let file = "version: v2\nproxy_server: a.b:1\ndiag_addr: localhost:3001\n"
    #expect(
      try World().read(file, options).diagnostics == ServerAddress(host: "localhost", port: 3001))
    options.diagnosticsAddress = "127.0.0.1:3002"
    let read = try World().read(file, options)
    #expect(read.diagnostics == ServerAddress(host: "127.0.0.1", port: 3002))
    #expect(said(read.warnings).first?.contains("overridden by --diag-addr") == true)
    options.diagnosticsAddress = "127.0.0.1"
    #expect(
      refusals(file, options) == [
        "--diag-addr cannot be used: \"127.0.0.1\" is not an address: the port is missing; write host:port"
      ])
  }

  @Test("an authority on the port of proxies is asked about")
  func proxyPort() throws {
    let read = try World().read("version: v2\nauth_server: a.b:443\n")
    #expect(
      said(read.warnings) == [
        """
        tbot.yaml:2:14: `auth_server` has the port 443, which proxies use; \
        if it is a proxy, name the key `proxy_server`
        """
      ])
  }
}
