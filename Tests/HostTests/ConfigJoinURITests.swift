import Testing
import Wire

@testable import Host
@testable import PluginHost

/// The join URI among the other keys and flags.
@Suite("A configured join URI")
struct ConfigJoinURITests {
  static let uri = "tbot+proxy+badge://hall:hunter2@a.b:443"

  private func configured(
    _ uri: String = uri, _ lines: String = "", flags: [StartOptions.MethodFlag] = []
  ) -> (text: String, options: StartOptions) {
    var options = StartOptions()
    options.methodFlags = flags
    return ("version: v2\njoin_uri: \(uri)\n\(lines)", options)
  }

  private func refusal(_ lines: String) -> String {
    World().refusal(configured(Self.uri, lines).text)
  }

  @Test("gives address, join method, token and the key that the method marks")
  func whole() throws {
    let read = try World().read(configured().text)
    #expect(read.server == .proxy(ServerAddress(host: "a.b", port: 443)))
    #expect(read.onboarding?.token == "hall" && read.onboarding?.joinMethod == "badge")
    #expect(read.onboarding?.section["pin_code"] == .secret("hunter2"))
    #expect(read.warnings == [])
    let direct = try World().read(configured("tbot+auth+ticket://x@[::1]:3025").text)
    #expect(direct.server == .auth(ServerAddress(host: "::1", port: 3025)))
    #expect(direct.onboarding?.joinMethod == "ticket")
  }

  @Test("is the same as a flag, which shows its secret to others and wins over the file")
  func flag() throws {
    var options = StartOptions()
    options.joinURI = Self.uri
    let read = try World().reader(options).readOptions()
    #expect(read.onboarding?.section["pin_code"] == .secret("hunter2"))
    #expect(
      read.warnings.map(\.description) == [
        "--join-uri shows a secret to every user of this machine, in the list of processes; "
          + "give it in a file named by `pin_code_path` or the environment variable BADGE_PIN or the "
          + "configuration file"
      ])
    let over = try World().read(configured("tbot+proxy+badge://old:hunter1@c.d:1").text, options)
    #expect(over.onboarding?.token == "hall")
    #expect(
      over.warnings.last?.description
        == "tbot.yaml:2:11: `join_uri` is overridden by --join-uri; "
        + "remove one of the two, so that they cannot contradict each other")
  }

  @Test("may stand beside an equal join method and other keys of its section")
  func equal() throws {
    let lines = "onboarding: {join_method: badge, badge: {attempts: 5, pin_code: ''}}\n"
    let read = try World().read(configured(Self.uri, lines).text)
    #expect(read.onboarding?.section["attempts"] == .integer(5))
    #expect(read.onboarding?.section["pin_code"] == .secret("hunter2"))
  }

  static let conflicts: [(lines: String, field: String)] = [
    ("auth_server: a.b:1\n", "auth_server (line 3)"),
    ("proxy_server: a.b:443\n", "proxy_server (line 3)"),
    ("onboarding: {token: hall}\n", "onboarding.token (line 3)"),
    ("onboarding: {join_method: ticket}\n", "onboarding.join_method (line 3)"),
    ("onboarding: {badge: {pin_code: hunter2}}\n", "onboarding.badge.pin_code (line 3)"),
  ]

  @Test("conflicts with what is configured besides, by the name of the field", arguments: conflicts)
  func conflict(_ row: (lines: String, field: String)) {
    let text = refusal(row.lines)
    #expect(
      text == "tbot.yaml:2:11: URI conflicts with configured field: \(row.field); "
        + "remove one of the two")
  }

  @Test("conflicts with flags just as well, all conflicts at once")
  func conflictingFlags() {
    var (text, options) = configured(
      flags: [StartOptions.MethodFlag(name: "--pin-code", value: "hunter3")])
    options.proxyServer = "c.d:1"
    options.token = "hunter4"
    #expect(
      World().refusal(text, options) == """
        tbot.yaml:2:11: URI conflicts with configured field: proxy_server (--proxy-server); \
        remove one of the two
          tbot.yaml:2:11: URI conflicts with configured field: onboarding.token (--token); \
        remove one of the two
          tbot.yaml:2:11: URI conflicts with configured field: onboarding.badge.pin_code \
        (--pin-code); remove one of the two
        """)
  }

  @Test("and a file with the same secret contradict each other")
  func file() {
    #expect(
      refusal("onboarding: {badge: {pin_code_path: /run/code}}\n")
        == "tbot.yaml:2:11: the parameter of `join_uri` and `onboarding.badge.pin_code_path` "
        + "(line 3) are both set; remove one of the two")
  }

  static let wrong: [(uri: String, text: String)] = [
    ("https://hunter2@a.b:1", "tbot.yaml:2:11: `join_uri`: unsupported joining URI scheme; write"),
    (
      "tbot+web+badge://hunter2@a.b:1",
      "tbot.yaml:2:11: `join_uri`: address kind must be one of proxy, auth, not \"web\"; begin"
    ),
    (
      "tbot+proxy+bagde://hunter2@a.b:1",
      "tbot.yaml:2:11: `join_uri`: unsupported join method \"bagde\"; installed: badge, ticket"
    ),
    (
      "tbot+proxy+ticket://hall:hunter2@a.b:1",
      "tbot.yaml:2:11: the join method ticket takes no parameter in a join URI; write"
    ),
  ]

  @Test("that cannot be used is refused, its secrets unseen", arguments: wrong)
  func refused(_ row: (uri: String, text: String)) {
    let text = World().refusal(configured(row.uri).text)
    #expect(text.hasPrefix(row.text), "\(text)")
    #expect(!text.contains("hunter2"))
  }

  @Test("spells the method with dashes or without, whatever is installed")
  func spellings() throws {
    var world = World()
    world.plugins.joinMethods += [
      JoinMethodDeclaration(name: "smart_card_2", initField: nil, config: []),
      JoinMethodDeclaration(name: "fire_wall", initField: nil, config: []),
      JoinMethodDeclaration(name: "firewall", initField: nil, config: []),
    ]
    for (spelling, name) in [
      ("smart-card-2", "smart_card_2"), ("smartcard2", "smart_card_2"),
      ("Smart-Card-2", "smart_card_2"), ("firewall", "firewall"), ("fire-wall", "fire_wall"),
    ] {
      let read = try world.read(configured("tbot+proxy+\(spelling)://x@a.b:1").text)
      #expect(read.onboarding?.joinMethod == name)
    }
    let text = world.refusal(configured("tbot+proxy+smart-card2://x@a.b:1").text)
    #expect(text.contains("installed: badge, fire-wall, firewall, smart-card-2, ticket"))
  }
}
