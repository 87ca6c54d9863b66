import Testing

@testable import Host

/// One document that is refused, and all that is said about it.
struct RefusedDocument: Sendable, CustomTestStringConvertible {
  /// What the document gets wrong.
  var sentence: String
  var text: String
  var expected: String

  init(_ sentence: String, _ text: String, _ expected: String) {
    self.sentence = sentence
    self.text = text
    self.expected = expected
  }

  /// A document whose head is right and whose end is not.
  init(_ sentence: String, with lines: String, _ expected: String) {
    self.init(sentence, "version: v2\nproxy_server: a.b:1\n" + lines, expected)
  }

  var testDescription: String { sentence }
}

/// Documents that are refused, each with the exact words.
@Suite("A refused configuration")
struct ConfigRefusalTests {
  @Test("says where, what and what to do", arguments: files + servers + lifetimes)
  func top(_ row: RefusedDocument) {
    #expect(World().refusal(row.text) == row.expected)
  }

  static let files: [RefusedDocument] = [
    .init(
      "it is empty", "",
      """
      tbot.yaml: the configuration is empty; begin with `version: v2`
      """),
    .init(
      "it is a comment", "# nothing\n",
      """
      tbot.yaml: the configuration is empty; begin with `version: v2`
      """),
    .init(
      "it is a list", "- version: v2\n",
      """
      tbot.yaml:1:1: a configuration is a map of keys and values, not a list; begin with \
      `version: v2`
      """),
    .init(
      "it is a text", "version v2",
      """
      tbot.yaml:1:1: a configuration is a map of keys and values, not a string; begin with \
      `version: v2`
      """),
    .init(
      "it is not YAML", "version: v2\nstorage: [unclosed\n",
      """
      tbot.yaml:3:1: expected ',' or ']' in the list that begins in line 2
      """),
    .init(
      "it holds two documents", "version: v2\n---\nversion: v2\n",
      """
      tbot.yaml:3:1: the file holds 2 documents; keep one; a configuration has no `---` \
      between its keys
      """),
    .init(
      "it is indented with a tab", "version: v2\nonboarding:\n\ttoken: x\n",
      """
      tbot.yaml:3:1: a tab cannot indent YAML; use spaces
      """),
    .init(
      "it holds a key twice", "version: v2\ndebug: true\ndebug: false\n",
      """
      tbot.yaml:3:1: the key "debug" appears twice in this map; keep one of them
      """),
    .init(
      "it has no version", "proxy_server: a.b:1\n",
      """
      tbot.yaml: `version` is missing, which stands for version 1; add `version: v2` as \
      the first line
      """),
    .init(
      "it has no version and the keys of version 1",
      "auth_server: a.b:1\ndestinations:\n  - directory: /x\n",
      """
      tbot.yaml: `version` is missing, which stands for version 1; write `version: v2`, \
      and each of `destinations` as an item of `services` with a `type`
      """),
    .init(
      "it is of version 1", "version: v1\nwhatever: 1\n",
      """
      tbot.yaml:1:10: version 1 of the configuration is not read; write `version: v2`, and \
      each of `destinations` as an item of `services` with a `type`
      """),
    .init(
      "it is of a version to come", "version: v3\n",
      """
      tbot.yaml:1:10: `version` is "v3"; write `version: v2`
      """),
    .init(
      "its version is a number", "version: 2\n",
      """
      tbot.yaml:1:10: `version` is "2"; write `version: v2`
      """),
    .init(
      "its version is a list", "version: [v2]\n",
      """
      tbot.yaml:1:10: `version` is a list; write `version: v2`
      """),
    .init(
      "it has a misspelt key", with: "certificate_tll: 1h\n",
      """
      tbot.yaml:3:1: unknown key `certificate_tll`; did you mean `credential_ttl`?
      """),
    .init(
      "it has two misspelt keys", with: "renewal_intervall: 20m\ncertificate_tll: 1h\n",
      """
      tbot.yaml:3:1: unknown key `renewal_intervall`; did you mean `renewal_interval`?
        tbot.yaml:4:1: unknown key `certificate_tll`; did you mean `credential_ttl`?
      """),
    .init(
      "it has a key nothing resembles", with: "wallpaper: blue\n",
      """
      tbot.yaml:3:1: unknown key `wallpaper`; remove it, or correct its spelling
      """),
    .init(
      "it has a key of another tool", with: "log_level: debug\nroles: [x]\n",
      """
      tbot.yaml:3:1: unknown key `log_level`; use `debug: true` for more
        tbot.yaml:4:1: unknown key `roles`; roles are given to the bot, in the authority
      """),
    .init(
      "it has a key whose blank was lost", with: "onboarding: {token:hunter2}\n",
      """
      tbot.yaml:3:14: unknown key `token` in `onboarding`; write a blank after the colon \
      that ends a key
      """),
    .init(
      "it asks for FIPS", with: "fips: true\n",
      """
      tbot.yaml:3:7: `fips` is true, but this build has no FIPS cryptography; remove it \
      where FIPS is not required
      """),
    .init(
      "a flag is a text", with: "debug: \"yes\"\n",
      """
      tbot.yaml:3:8: `debug` must be true or false, not a string; write true or false \
      without quotes
      """),
    .init(
      "a flag is a list", with: "oneshot: [true]\n",
      """
      tbot.yaml:3:10: `oneshot` must be true or false, not a list
      """),
    .init(
      "a text is a map", with: "credential_ttl: {hours: 1}\n",
      """
      tbot.yaml:3:17: `credential_ttl` must be text, not a map
      """),
    .init(
      "a section is a text", with: "onboarding: hunter2\n",
      """
      tbot.yaml:3:13: `onboarding` must be a map of keys and values, not a string
      """),
    .init(
      "services are a map", with: "services: {type: cards}\n",
      """
      tbot.yaml:3:11: `services` must be a list, not a map; write each item on its own \
      line after "- "
      """),
  ]

  static let servers: [RefusedDocument] = [
    .init(
      "there is no address", "version: v2\n",
      """
      tbot.yaml: there is no address to join; add `proxy_server: host:port`, or \
      `auth_server: host:port` to go without a proxy
      """),
    .init(
      "there are both addresses", "version: v2\nauth_server: a.b:1\nproxy_server: a.b:2\n",
      """
      tbot.yaml:3:15: `auth_server` (line 2) and `proxy_server` (line 3) are both set; \
      keep the proxy unless the agent reaches the authority directly
      """),
    .init(
      "the address has no port", "version: v2\nproxy_server: example.com\n",
      """
      tbot.yaml:2:15: `proxy_server`: "example.com" is not an address: the port is \
      missing; write host:port
      """),
    .init(
      "the port is none", "version: v2\nauth_server: example.com:0\n",
      """
      tbot.yaml:2:14: `auth_server`: "example.com:0" is not an address: the port must be a \
      number from 1 to 65535; write host:port
      """),
    .init(
      "the address is empty", "version: v2\nauth_server: ''\n",
      """
      tbot.yaml: there is no address to join; add `proxy_server: host:port`, or \
      `auth_server: host:port` to go without a proxy
      """),
    .init(
      "the address would steer the terminal", "version: v2\nproxy_server: \"\\e[2J:1\"\n",
      """
      tbot.yaml:2:15: `proxy_server`: "?[2J:1" is not an address: the host contains a \
      character that no host name has; write host:port
      """),
    .init(
      "a pin is none",
      "version: v2\nauth_server: a.b:1\nonboarding:\n  ca_pins: [sha256:12, \"\(pin)\", \(hex)]\n",
      """
      tbot.yaml:4:13: `onboarding.ca_pins[0]` is no pin: "sha256:12"; write sha256: and \
      the 64 hex digits that `tctl status` shows
        tbot.yaml:4:99: `onboarding.ca_pins[2]` is no pin: \
      "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f"; write sha256: \
      and the 64 hex digits that `tctl status` shows
      """),
    .init(
      "pins are a text", "version: v2\nauth_server: a.b:1\nonboarding: {ca_pins: x}\n",
      """
      tbot.yaml:3:23: `onboarding.ca_pins` must be a list, not a string; write each item \
      on its own line after "- "
      """),
    .init(
      "pins and an authority file are given",
      "version: v2\nauth_server: a.b:1\nonboarding:\n  ca_pins: [\"\(pin)\"]\n  ca_path: /ca\n",
      """
      tbot.yaml:5:12: `onboarding.ca_path` (line 5) and `onboarding.ca_pins[0]` (line 4) are both set; keep \
      one of the two
      """),
    .init(
      "it is insecure and pinned",
      "version: v2\nauth_server: a.b:1\ninsecure: true\nonboarding:\n  ca_path: /ca\n",
      """
      tbot.yaml:3:11: `insecure` is true, so `onboarding.ca_path` would not be looked at; \
      remove `insecure`
      """),
  ]

  static let hex = String(repeating: "0f", count: 32)
  static let pin = "sha256:" + hex

  static let lifetimes: [RefusedDocument] = [
    .init(
      "a duration has no unit", with: "credential_ttl: 3600\n",
      """
      tbot.yaml:3:17: `credential_ttl` is no duration: "3600"; add a unit, such as 3600s, \
      or 3600m for minutes
      """),
    .init(
      "a duration is in days", with: "credential_ttl: 2d\n",
      """
      tbot.yaml:3:17: `credential_ttl` is no duration: "2d"; there is no unit for days; \
      write 48h
      """),
    .init(
      "a duration is none", with: "renewal_interval: soon\n",
      """
      tbot.yaml:3:19: `renewal_interval` is no duration: "soon"; write numbers with the \
      units h, m and s, such as 1h30m
      """),
    .init(
      "a duration is zero", with: "renewal_interval: 0\n",
      """
      tbot.yaml:3:19: `renewal_interval` must be at least one second, not "0"; write a \
      duration such as 1h or 20m
      """),
    .init(
      "a duration is negative", with: "credential_ttl: -1h\n",
      """
      tbot.yaml:3:17: `credential_ttl` must be at least one second, not "-1h"; write a \
      duration such as 1h or 20m
      """),
    .init(
      "a duration is too short", with: "renewal_interval: 10ms\n",
      """
      tbot.yaml:3:19: `renewal_interval` must be at least one second, not "10ms"; write a \
      duration such as 1h or 20m
      """),
    .init(
      "a duration does not fit", with: "credential_ttl: 99999999999h\n",
      """
      tbot.yaml:3:17: `credential_ttl` is no duration: "99999999999h"; write numbers with \
      the units h, m and s, such as 1h30m
      """),
    .init(
      "certificates would live too long", with: "credential_ttl: 169h\n",
      """
      tbot.yaml:3:17: `credential_ttl` is 169h, more than any authority issues: 168h; \
      write 24h or less
      """),
    .init(
      "certificates end before their renewal",
      with: "renewal_interval: 30m\ncredential_ttl: 15m\n",
      """
      tbot.yaml:3:19: the lifetime 15m ends before the renewal interval 30m: certificates \
      would expire unrenewed; set `renewal_interval` to 7m30s or less, or raise \
      `credential_ttl`
      """),
    .init(
      "the renewal comes after the usual end of certificates", with: "renewal_interval: 2h\n",
      """
      tbot.yaml:3:19: the lifetime 1h ends before the renewal interval 2h: certificates \
      would expire unrenewed; set `renewal_interval` to 30m or less, or raise \
      `credential_ttl`
      """),
  ]
}
