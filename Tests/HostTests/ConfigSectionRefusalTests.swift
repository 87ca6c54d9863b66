import Testing

@testable import Host

/// Sections that are refused, each with the exact words.
@Suite("A refused section")
struct ConfigSectionRefusalTests {
  @Test("of onboarding says what to do", arguments: onboarding)
  func onboardingIsRefused(_ row: RefusedDocument) {
    var world = World()
    world.files = [
      "/run/empty": " \n", "/run/binary": "a\0b",
      "/run/large": String(repeating: "x", count: 65537),
    ]
    #expect(world.refusal(row.text) == row.expected)
  }

  @Test("of a service says what to do", arguments: services)
  func serviceIsRefused(_ row: RefusedDocument) {
    #expect(World().refusal(row.text) == row.expected)
  }

  @Test("of plugins says what to do, and no plugin is looked at", arguments: plugins)
  func pluginPolicyIsRefused(_ row: RefusedDocument) {
    var reader = World().reader()
    reader.declarations = { policy in
      Issue.record("plugins were searched under \(policy)")
      return FakePlugins()
    }
    #expect(throws: ConfigRefusal.self) {
      try reader.read(Array(row.text.utf8), named: "tbot.yaml")
    }
    #expect(World().refusal(row.text) == row.expected)
  }

  static let head = "onboarding:\n  token: hall\n  join_method: badge\n"

  static let onboarding: [RefusedDocument] = [
    .init(
      "the join method is missing", with: "onboarding: {token: hall}\n",
      """
      tbot.yaml:3:13: `onboarding.join_method` is missing; add it; installed: badge, \
      ticket
      """),
    .init(
      "the token is missing", with: "onboarding: {join_method: ticket}\n",
      """
      tbot.yaml:3:13: `onboarding.token` is missing; add the name of the join token that \
      `tctl get tokens` shows
      """),
    .init(
      "the join method is not installed", with: "onboarding: {join_method: robe, token: x}\n",
      """
      tbot.yaml:3:27: no installed plugin offers the join method "robe"; install it into \
      /usr/lib/tenon/plugins
      """),
    .init(
      "the join method is misspelt", with: "onboarding: {join_method: bagde, token: x}\n",
      """
      tbot.yaml:3:27: no installed plugin offers the join method "bagde"; did you mean \
      `badge`?
      """),
    .init(
      "its key is misspelt", with: "onboarding: {tokn: hunter2}\n",
      """
      tbot.yaml:3:14: unknown key `tokn` in `onboarding`; did you mean `token`?
      """),
    .init(
      "a section is of a method nobody offers",
      with: "onboarding: {join_method: ticket, token: x, robe: {a: 1}}\n",
      """
      tbot.yaml:3:45: unknown key `robe` in `onboarding`; remove it, or correct its \
      spelling
      """),
    .init(
      "the token is a flag", with: "onboarding: {join_method: ticket, token: true}\n",
      """
      tbot.yaml:3:42: `onboarding.token` must be text, not true or false; put the value in \
      quotes
      """),
    .init(
      "the token's file is missing", with: "onboarding: {join_method: ticket, token: /run/no}\n",
      """
      tbot.yaml:3:42: the file "/run/no" of `onboarding.token` cannot be read: no such \
      file or directory; make it readable for the agent, or correct the path
      """),
    .init(
      "the token's file is empty", with: "onboarding: {join_method: ticket, token: /run/empty}\n",
      """
      tbot.yaml:3:42: the file "/run/empty" of `onboarding.token` is empty; write the \
      value into it
      """),
    .init(
      "the token's file is too large",
      with: "onboarding: {join_method: ticket, token: /run/large}\n",
      """
      tbot.yaml:3:42: the file "/run/large" of `onboarding.token` cannot be read: it is \
      larger than 65536 bytes; make it readable for the agent, or correct the path
      """),
    .init(
      "the token's file is no text",
      with: "onboarding: {join_method: ticket, token: /run/binary}\n",
      """
      tbot.yaml:3:42: the file "/run/binary" of `onboarding.token` is no text; write the \
      plain value into it
      """),
    .init(
      "a required key is missing with its section", with: head,
      """
      tbot.yaml:4:3: `onboarding.badge.pin_code` is missing; add it (the code of the \
      badge), or name a file that holds it in `pin_code_path`, or set the environment \
      variable BADGE_PIN
      """),
    .init(
      "a required key is missing in its section", with: head + "  badge: {attempts: 1}\n",
      """
      tbot.yaml:6:3: `onboarding.badge.pin_code` is missing; add it (the code of the \
      badge), or name a file that holds it in `pin_code_path`, or set the environment \
      variable BADGE_PIN
      """),
    .init(
      "the section is a text", with: head + "  badge: hunter2\n",
      """
      tbot.yaml:6:10: `onboarding.badge` must be a map of keys and values, not a string
      """),
    .init(
      "the secret is a list", with: head + "  badge: {pin_code: [hunter2]}\n",
      """
      tbot.yaml:6:21: `onboarding.badge.pin_code` must be text, not a list (the code of \
      the badge)
      """),
    .init(
      "the secret is empty", with: head + "  badge: {pin_code: ''}\n",
      """
      tbot.yaml:6:3: `onboarding.badge.pin_code` is missing; add it (the code of the \
      badge), or name a file that holds it in `pin_code_path`, or set the environment \
      variable BADGE_PIN
      """),
    .init(
      "the secret is given twice",
      with: head + "  badge: {pin_code: hunter2, pin_code_path: /run/x}\n",
      """
      tbot.yaml:6:11: `onboarding.badge.pin_code` and `onboarding.badge.pin_code_path` \
      (line 6) are both set; remove one of the two
      """),
    .init(
      "the secret's file is missing", with: head + "  badge: {pin_code_path: /run/x}\n",
      """
      tbot.yaml:6:26: the file "/run/x" of `onboarding.badge.pin_code_path` cannot be \
      read: no such file or directory; make it readable for the agent, or correct the path
      """),
    .init(
      "the secret's file is a list", with: head + "  badge: {pin_code_path: [/run/x]}\n",
      """
      tbot.yaml:6:26: `onboarding.badge.pin_code_path` must be a path, not a list (file \
      that holds the code)
      """),
    .init(
      "values are of the wrong kind",
      with: head
        + "  badge:\n    pin_code: hunter2\n    attempts: many\n    patience: 5\n"
        + "    readers: front\n",
      """
      tbot.yaml:8:15: `onboarding.badge.attempts` must be a whole number, not "many" (how \
      often to try)
        tbot.yaml:9:15: `onboarding.badge.patience` must be a duration such as 1h30m, not \
      "5" (how long to wait)
        tbot.yaml:10:14: `onboarding.badge.readers` must be a list, not a string (names of \
      readers)
      """),
    .init(
      "an item of a list is a map",
      with: head + "  badge: {pin_code: hunter2, readers: [front, {a: 1}]}\n",
      """
      tbot.yaml:6:47: an item of `onboarding.badge.readers` must be text, not a map (names \
      of readers)
      """),
    .init(
      "a key of the section is misspelt",
      with: head + "  badge: {pin_code: hunter2, atempts: 1}\n",
      """
      tbot.yaml:6:30: unknown key `atempts` in `onboarding.badge`; did you mean \
      `attempts`?
      """),
    .init(
      "a whole number is a duration", with: head + "  badge: {pin_code: x, attempts: 1h}\n",
      """
      tbot.yaml:6:34: `onboarding.badge.attempts` must be a whole number, not "1h" (how \
      often to try)
      """),
    .init(
      "the storage is memory and there is no onboarding", with: "storage: {type: memory}\n",
      """
      tbot.yaml:3:10: the storage forgets at every start, and there is no `onboarding` to \
      join again with; add `onboarding:` with `join_method` and `token`, or use `type: \
      directory`
      """),
  ]

  static let services: [RefusedDocument] = [
    .init(
      "a service is a text", with: "services: [cards]\n",
      """
      tbot.yaml:3:12: `services[0]` must be a map of keys and values, not a string
      """),
    .init(
      "a service has no type", with: "services:\n  - destination: /x\n",
      """
      tbot.yaml:4:5: `services[0]` has no `type`; add the type of an installed output; \
      `tenon plugin list` shows them
      """),
    .init(
      "the type is misspelt", with: "services:\n  - {type: card, destination: /x}\n",
      """
      tbot.yaml:4:12: no installed plugin offers the output "card"; did you mean `cards`?
      """),
    .init(
      "the type is not installed", with: "outputs:\n  - {type: robes, destination: /x}\n",
      """
      tbot.yaml:4:12: no installed plugin offers the output "robes"; install it into \
      /usr/lib/tenon/plugins
      """),
    .init(
      "there is no destination", with: "services:\n  - {type: cards}\n",
      """
      tbot.yaml:4:12: `services[0]` has no `destination`; add `destination:` with `type: \
      directory` and `path`
      """),
    .init(
      "a directory has no path",
      with: "services:\n  - {type: cards, destination: {type: directory}}\n",
      """
      tbot.yaml:4:32: `services[0].destination` has no `path`; add the path of the \
      directory, which is made when it is missing
      """),
    .init(
      "a destination has no type", with: "storage: {path: /x}\n",
      """
      tbot.yaml:3:10: `storage` has no `type`; add `type: directory` or `type: memory`
      """),
    .init(
      "a destination is of an unknown type", with: "storage: {type: directry}\n",
      """
      tbot.yaml:3:17: `storage.type` is "directry", expected "directory" or "memory"; did \
      you mean `directory`?
      """),
    .init(
      "a destination is not served", with: "storage: {type: kubernetes_secret, name: x}\n",
      """
      tbot.yaml:3:10: `storage` asks for the destination "kubernetes_secret", which this \
      version lacks; use `type: directory`
      """),
    .init(
      "memory has a path", with: "storage: {type: memory, path: /x}\nonboarding: {}\n",
      """
      tbot.yaml:3:10: the storage forgets at every start, and there is no `onboarding` to \
      join again with; add `onboarding:` with `join_method` and `token`, or use `type: \
      directory`
        tbot.yaml:3:25: unknown key `path` in `storage`; memory has no path; remove it
      """),
    .init(
      "a path is empty", with: "storage: ''\n",
      """
      tbot.yaml:3:10: `storage` is empty; write the path of a directory
      """),
    .init(
      "symlinks are of an unknown mode",
      with: "storage: {type: directory, path: /x, symlinks: never}\n",
      """
      tbot.yaml:3:48: `storage.symlinks` is "never"; write one of secure, try-secure, \
      insecure
      """),
    .init(
      "access lists are asked for",
      with:
        "storage: {type: directory, path: /x, acls: required, readers: [{user: web}]}\n",
      """
      tbot.yaml:3:44: `storage.acls` is required, but this version sets no access lists; \
      remove the key, and run the agent as the user who reads the files
        tbot.yaml:3:63: `storage.readers` names readers, but this version sets no access \
      lists; remove the key, and run the agent as the user who reads the files
      """),
    .init(
      "a type that writes directories is given memory",
      with: "services:\n  - {type: folders/v2, destination: {type: memory}}\n",
      """
      tbot.yaml:4:37: `services[0].destination` is memory, but this type writes to \
      directories only; use `type: directory` with a `path`
      """),
    .init(
      "a choice has another value",
      with: "services:\n  - {type: cards, destination: /x, colour: blue}\n",
      """
      tbot.yaml:4:44: `services[0].colour` must be one of on, off, not "blue" (of the \
      card)
      """),
    .init(
      "a key of the type is misspelt",
      with: "services:\n  - {type: cards, destination: /x, color: off}\n",
      """
      tbot.yaml:4:36: unknown key `color` in `services[0]`; did you mean `colour`?
      """),
    .init(
      "a flag of the type is a text",
      with: "services:\n  - {type: cards, destination: /x, laminated: 'true'}\n",
      """
      tbot.yaml:4:47: `services[0].laminated` must be true or false, not a string (whether \
      it is)
      """),
    .init(
      "a service has roles", with: "services:\n  - {type: cards, destination: /x, roles: [a]}\n",
      """
      tbot.yaml:4:43: `services[0].roles` is not supported: a service has all roles of the \
      bot; remove it, and use a bot per set of roles
      """),
    .init(
      "a service has one of two durations",
      with: "services:\n  - {type: cards, destination: /x, credential_ttl: 2h}\n",
      """
      tbot.yaml:4:52: `services[0].credential_ttl` is set without `renewal_interval`; set \
      both in the service, or both at the top level
      """),
    .init(
      "a service has durations that do not fit",
      with:
        "services:\n  - {type: cards, destination: /x, credential_ttl: 1h, renewal_interval: 2h}\n",
      """
      tbot.yaml:4:74: the lifetime 1h ends before the renewal interval 2h: certificates \
      would expire unrenewed; set `renewal_interval` to 30m or less, or raise \
      `credential_ttl`
      """),
    .init(
      "names are taken, wrong or the agent's own",
      with: """
        services:
          - {type: cards, destination: /1, name: cards-2}
          - {type: cards, destination: /2}
          - {type: cards, destination: /3, name: The Card}
          - {type: cards, destination: /4, name: heartbeat}

        """,
      """
      tbot.yaml:5:12: the service name "cards-2" is that of line 4 too; give each service \
      a `name` of its own
        tbot.yaml:6:42: `services[2].name` is no service name: "The Card"; use at most 64 \
      lower-case letters, digits, -, _ and +
        tbot.yaml:7:42: `services[3].name` is a name the agent uses itself: "heartbeat"; \
      choose another one
      """),
    .init(
      "two services write to one directory",
      with:
        "services:\n  - {type: cards, destination: /x/}\n  - {type: cards, destination: //x/.}\n",
      """
      tbot.yaml:5:32: the directory "//x/." is that of the service in line 4 too; give \
      every service a directory of its own
      """),
    .init(
      "a service writes into the storage",
      with: "storage: /x\nservices:\n  - {type: cards, destination: /x}\n",
      """
      tbot.yaml:5:32: the directory "/x" is that of the storage too; give every service a \
      directory of its own
      """),
  ]

  static let plugins: [RefusedDocument] = [
    .init(
      "they are a path", with: "plugins: /x\n",
      """
      tbot.yaml:3:10: `plugins` must be a map of keys and values, not a string
      """),
    .init(
      "the directory is relative", with: "plugins: {directory: plugins}\n",
      """
      tbot.yaml:3:22: `plugins.directory` is not absolute: "plugins"; write the path from \
      / on
      """),
    .init(
      "a key is misspelt", with: "plugins: {require_pin: true}\n",
      """
      tbot.yaml:3:11: unknown key `require_pin` in `plugins`; did you mean `require_pins`?
      """),
    .init(
      "a call may take no time", with: "plugins: {call_timeout: 0s}\n",
      """
      tbot.yaml:3:25: `plugins.call_timeout` must be at least one second, not "0s"; write a \
      duration such as 1h or 20m
      """),
    .init(
      "a call may take for ever", with: "plugins: {call_timeout: 601s}\n",
      """
      tbot.yaml:3:25: `plugins.call_timeout` is 10m1s, at most 10m are allowed; write a \
      shorter one: what takes longer is as good as stuck
      """),
    .init(
      "pins are required and there are none", with: "plugins: {require_pins: true}\n",
      """
      tbot.yaml:3:25: `plugins.require_pins` is true, but `plugins.pins` is empty: no \
      plugin would load; add a line `file.so: sha256:...` for each plugin; `sha256sum` \
      prints the digits
      """),
    .init(
      "pins are a list", with: "plugins: {pins: [x]}\n",
      """
      tbot.yaml:3:17: `plugins.pins` must be a map from file names to digests, not a list
      """),
    .init(
      "pins are of wrong files and wrong digests",
      with:
        "plugins:\n  pins:\n    a.so: 12\n    /x/b.so: \(ConfigRefusalTests.hex)\n    c: x\n",
      """
      tbot.yaml:5:11: the pin of "a.so" is no SHA-256 digest; write the 64 hex digits that \
      `sha256sum` prints
        tbot.yaml:6:5: `plugins.pins` names "/x/b.so", which is no plugin file; write the \
      file name without its folder, such as name.so
        tbot.yaml:7:5: `plugins.pins` names "c", which is no plugin file; write the file \
      name without its folder, such as name.so
      """),
  ]
}
