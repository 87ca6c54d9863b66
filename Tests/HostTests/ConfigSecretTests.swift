import PluginHost
import Testing

@testable import Host

/// Where the values of a plugin's section come from, and that secrets stay out of every message.
@Suite("A value of a section")
struct ConfigSecretTests {
  static let head =
    "version: v2\nproxy_server: a.b:1\nonboarding:\n  token: x\n  join_method: badge\n"

  static func world() -> World {
    var world = World()
    world.files = ["/run/code": " from-file\n"]
    world.variables = ["BADGE_PIN": "from-environment"]
    return world
  }

  private func code(_ read: AgentConfiguration) -> ConfigValue? {
    read.onboarding?.section["pin_code"]
  }

  @Test("comes from the environment when the file has none")
  func environment() throws {
    let read = try Self.world().read(Self.head)
    #expect(code(read) == .secret("from-environment"))
    #expect(read.warnings == [])
  }

  @Test("comes from the section before the environment, which is said")
  func section() throws {
    let read = try Self.world().read(Self.head + "  badge: {pin_code: from-section}\n")
    #expect(code(read) == .secret("from-section"))
    #expect(
      read.warnings.map(\.description) == [
        "tbot.yaml:6:21: the environment variable BADGE_PIN is set too; "
          + "`onboarding.badge.pin_code` counts; remove one of the two"
      ])
  }

  @Test("comes from the named file before the environment, which is said")
  func file() throws {
    let read = try Self.world().read(Self.head + "  badge: {pin_code_path: /run/code}\n")
    #expect(code(read) == .secret("from-file"))
    #expect(read.onboarding?.section["pin_code_path"] == .text("/run/code"))
    #expect(
      read.warnings.map(\.description) == [
        "tbot.yaml:6:26: the environment variable BADGE_PIN is set too; "
          + "`onboarding.badge.pin_code_path` counts; remove one of the two"
      ])
  }

  @Test("is missing when the variable is empty, and all ways to give it are named")
  func emptyVariable() {
    var world = World()
    world.variables = ["BADGE_PIN": ""]
    #expect(
      world.refusal(Self.head)
        == "tbot.yaml:4:3: `onboarding.badge.pin_code` is missing; add it (the code of the badge), "
        + "or name a file that holds it in `pin_code_path`, "
        + "or set the environment variable BADGE_PIN")
  }

  @Test("of a variable is checked like one of the file, by the name of the variable")
  func wrongVariable() {
    var world = World()
    world.plugins.outputs[0].config[1].environment = "COLOUR"
    world.variables = ["COLOUR": "blue"]
    let service = "version: v2\nproxy_server: a.b:1\nservices: [{type: cards, destination: /x}]\n"
    #expect(
      world.refusal(service)
        == "tbot.yaml: the environment variable COLOUR must be one of on, off, not \"blue\" "
        + "(of the card)")
  }

  @Test(
    "is in no message when it is secret, whatever is wrong with it",
    arguments: [
      "  badge: {pin_code: [hunter2]}\n", "  badge: {pin_code: {hunter2: 1}}\n",
      "  badge: {pin_code:hunter2}\n", "  badge: [hunter2]\n", "  badge: hunter2\n",
      "  badge: {pin_code: hunter2, pin_code_path: /run/code}\n",
      "  badge: {pin_code: hunter2, atempts: 1}\n", "  badge: {pincode: hunter2}\n",
      "  badge:\n    pin_code: hunter2: x\n", "  badge:\n    pin_code: *hunter2\n",
      "  badge:\n    pin_code: &hunter2\n", "  badge:\n    pin_code: !hunter2 x\n",
      "  badge:\n    pin_code: 'hunter2\n", "  badge:\n    pin_code=hunter2: 1\n",
      "  badge:\n    pin_code hunter2: 1\n", "  tokn: hunter2\n", "  badge: {pin_code_path: /no}\n",
    ])
  func neverShown(_ lines: String) {
    var world = World()
    world.plugins.joinMethods[0].config[0].kind = .choice
    world.plugins.joinMethods[0].config[0].values = ["only"]
    let text = world.refusal(Self.head + lines)
    #expect(!text.isEmpty)
    #expect(!text.contains("hunter2"))
  }

  @Test("is in no message when it is a token")
  func token() {
    let text = World().refusal(
      "version: v2\nproxy_server: a.b:1\nwrong: 1\nonboarding: {token: hunter2, ca_pin: x}\n")
    #expect(text.contains("wrong") && text.contains("join_method"))
    #expect(!text.contains("hunter2"))
  }
}
