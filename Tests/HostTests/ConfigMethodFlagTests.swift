import PluginHost
import Testing

@testable import Host

/// Flags that a join method's manifest declares, over the section of the file.
@Suite("A flag of a join method")
struct ConfigMethodFlagTests {
  static let head =
    "version: v2\nproxy_server: a.b:1\nonboarding:\n  token: x\n  join_method: badge\n"

  private func options(_ flags: (String, String?)...) -> StartOptions {
    var options = StartOptions()
    options.methodFlags = flags.map { StartOptions.MethodFlag(name: $0.0, value: $0.1) }
    return options
  }

  private func read(
    _ text: String, _ options: StartOptions
  ) throws -> (section: [String: ConfigValue], warnings: [String]) {
    let read = try ConfigSecretTests.world().read(text, options)
    return (read.onboarding?.section ?? [:], read.warnings.map(\.description))
  }

  @Test("gives the value of its key, which is checked like one of the file")
  func value() throws {
    let flags = options(
      ("--attempts", "5"), ("--reader", "a"), ("--reader", "b,c"), ("--pin-code-file", "/run/code"))
    var read = try read(Self.head, flags)
    #expect(read.section["attempts"] == .integer(5))
    #expect(read.section["readers"] == .list(["a", "b", "c"]))
    #expect(read.section["pin_code"] == .secret("from-file"))
    #expect(read.section["pin_code_path"] == .text("/run/code"))
    #expect(
      read.warnings == [
        "--pin-code-file: the environment variable BADGE_PIN is set too; "
          + "--pin-code-file counts; remove one of the two"
      ])
    read = try self.read(Self.head, options(("--attempts", "1"), ("--attempts", "2")))
    #expect(read.section["attempts"] == .integer(2))
    #expect(
      World().refusal(Self.head + "  badge: {pin_code: x}\n", options(("--attempts", "many")))
        == "--attempts must be a whole number, not \"many\" (how often to try)")
  }

  @Test("wins over its key in the file and leaves the other keys, which is said")
  func override() throws {
    let file = Self.head + "  badge: {pin_code_path: /no, attempts: 7, patience: 1s}\n"
    let read = try read(file, options(("--attempts", "5"), ("--pin-code-file", "/run/code")))
    #expect(read.section["attempts"] == .integer(5))
    #expect(read.section["patience"] == .nanoseconds(1_000_000_000))
    #expect(read.section["pin_code"] == .secret("from-file"))
    let remedy = "remove one of the two, so that they cannot contradict each other"
    #expect(
      read.warnings.suffix(2) == [
        "tbot.yaml:6:26: `onboarding.badge.pin_code_path` is overridden by --pin-code-file; "
          + remedy,
        "tbot.yaml:6:41: `onboarding.badge.attempts` is overridden by --attempts; " + remedy,
      ])
    let same = try self.read(
      Self.head + "  badge: {attempts: 5}\n", options(("--attempts", "5")))
    #expect(same.warnings == [])
  }

  @Test("contradicts the other way to give the same value, also one in the file")
  func contradiction() {
    let world = ConfigSecretTests.world()
    #expect(
      world.refusal(
        Self.head + "  badge: {pin_code: hunter2}\n", options(("--pin-code-file", "/run/code")))
        == "tbot.yaml:6:11: `onboarding.badge.pin_code` and --pin-code-file are both set; "
        + "remove one of the two")
    #expect(
      world.refusal(
        Self.head, options(("--pin-code", "hunter2"), ("--pin-code-file", "/run/code")))
        == "--pin-code and --pin-code-file are both set; remove one of the two")
  }

  @Test("that holds a secret is used, kept out of all words, and better given otherwise")
  func secret() throws {
    let read = try read(
      Self.head + "  badge: {pin_code: old-hunter}\n", options(("--pin-code", "hunter2")))
    #expect(read.section["pin_code"] == .secret("hunter2"))
    #expect(
      read.warnings.first
        == "--pin-code shows a secret to every user of this machine, in the list of processes; "
        + "give it in a file named by `pin_code_path` or the environment variable BADGE_PIN or the "
        + "configuration file")
    #expect(!read.warnings.contains { $0.contains("hunter") })
  }

  @Test("may override a key under its other name, and two names of one key contradict each other")
  func alias() throws {
    let file = Self.head + "  badge: {code_path: /no}\n"
    let read = try read(file, options(("--pin-code-file", "/run/code")))
    #expect(read.section["pin_code"] == .secret("from-file"))
    #expect(read.warnings.contains { $0.contains("`onboarding.badge.code_path` is overridden by") })
    let aliased = try self.read(Self.head + "  badge: {code_path: /run/code}\n", options())
    #expect(aliased.section["pin_code"] == .secret("from-file"))
    #expect(aliased.section["pin_code_path"] == .text("/run/code"))
    #expect(
      ConfigSecretTests.world().refusal(
        Self.head + "  badge: {code_path: /run/code, pin_code_path: /run/code}\n")
        == "tbot.yaml:6:11: `onboarding.badge.code_path` is another name of "
        + "`onboarding.badge.pin_code_path`, and both are set; remove one of the two")
  }

  static let wrong: [(flag: String, value: String?, method: String, text: String)] = [
    ("--attempts", nil, "badge", "expects a value; write --attempts=VALUE where the value begins"),
    (
      "--colour", "red", "badge",
      "belongs to the join method ticket, and \"badge\" is chosen; remove"
    ),
    (
      "--pin-code", "x", "",
      "belongs to the join method badge, and none is chosen; add --join-method"
    ),
    ("--onshot", nil, "badge", "is no flag of start; did you mean --oneshot?"),
    ("--pin-coed", "x", "badge", "is no flag of start; did you mean --pin-code?"),
    ("--pin-coed", "x", "", "is no flag of start; did you mean --pin-code?"),
    ("--what", "x", "badge", "is no flag of start; `start --help` lists all flags"),
  ]

  @Test("is refused by its name when it is not the chosen method's", arguments: wrong)
  func refused(_ row: (flag: String, value: String?, method: String, text: String)) {
    let file =
      row.method.isEmpty
      ? "version: v2\nproxy_server: a.b:1\n" : Self.head + "  badge: {pin_code: y}\n"
    let text = World().refusal(file, options((row.flag, row.value)))
    #expect(text.hasPrefix("\(row.flag) \(row.text)"), "\(text)")
  }

  @Test("is not doubted while its method is not installed")
  func missing() {
    let text = World().refusal(
      Self.head.replacing("badge", with: "absent"), options(("--code", "hunter2")))
    #expect(text.contains("no installed plugin offers the join method") && !text.contains("--code"))
  }

  @Test("a file that may be missing is ignored with a warning")
  func optionalFile() throws {
    var world = World()
    world.plugins.joinMethods[0].config[0].isFileOptional = true
    world.plugins.joinMethods[0].config[0].isRequired = false
    let read = try world.read(Self.head + "  badge: {pin_code_path: /no}\n")
    #expect(read.onboarding?.section["pin_code"] == nil)
    #expect(
      read.warnings.map(\.description) == [
        "tbot.yaml:6:26: the file \"/no\" of `onboarding.badge.pin_code_path` cannot be read: "
          + "no such file or directory, and is ignored; "
          + "make it readable for the agent, or correct the path"
      ])
  }
}
