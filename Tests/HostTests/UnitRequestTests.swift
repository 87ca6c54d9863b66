import Testing

@testable import Host

@Suite("The values of a unit")
struct UnitRequestTests {
  private func request(_ words: String...) throws(Flags.Mistakes) -> UnitRequest {
    try UnitRequest(Flags(words, Flags.Specification.installSystemd, environment: { _ in nil }))
  }

  private func problems(_ words: String...) -> [String] {
    do throws(Flags.Mistakes) {
      _ = try UnitRequest(
        Flags(words, Flags.Specification.installSystemd, environment: { _ in nil }))
      return []
    } catch {
      return error.problems
    }
  }

  @Test("have defaults, but for the configuration")
  func defaults() throws {
    let request = try request("-c", "/etc/tbot.yaml")
    #expect(request.path == "/etc/systemd/system/tbot.service")
    #expect(request.user == "teleport" && request.group == "teleport" && request.pidFile == nil)
    #expect(!request.writes && !request.replaces && !request.reportsStarts && !request.isHardened)
    #expect(problems() == ["the parameter --config is missing"])
  }

  @Test("are checked all at once")
  func collected() {
    let found = problems(
      "--name", "../x", "--user", "a b", "--group", "%n", "--pid-file",
      "/run/a\nExecStartPre=/bin/sh",
      "--force", "--systemd-directory", "")
    #expect(
      found == [
        "--name \"../x\" is no name of a unit; write letters, digits, :, _, . and -, a letter or digit "
          + "first",
        "--user \"a b\" is no name of a user; write letters, digits, _, - and . (31 at most, a letter "
          + "or _ first), or a number",
        "--group \"%n\" is no name of a group; write letters, digits, _, - and . (31 at most, a letter "
          + "or _ first), or a number", "the parameter --config is missing",
        "--pid-file \"/run/a ExecStartPre=/bin/sh\" has a line break; name a plain path",
        "--systemd-directory \"\" is empty; name a plain path",
        "--force does nothing without --write",
      ])
  }

  @Test(
    "refuse names that systemd has another meaning for, or none",
    arguments: [
      "", "tbot.service", "a/b", "a b", "-x", ".x", "a@b", "a\\x2d", "a%i", "ünit", "a\nb",
      String(repeating: "x", count: 201),
    ])
  func names(_ name: String) {
    #expect(problems("-c", "/a", "--name", name).count == 1)
  }

  @Test(
    "take an account by its name or number",
    arguments: ["root", "_apt", "svc-1", "a.b", "0", "65534", "4294967294"])
  func accounts(_ name: String) {
    #expect(problems("-c", "/a", "--user", name, "--group", name).isEmpty)
  }

  @Test(
    "refuse what is no account",
    arguments: [
      "", "-x", "1a", "a:b", "a\n", "$USER", "%u", "é", "+5", "007", "65535", "4294967295",
      "4294967296", String(repeating: "x", count: 32),
    ])
  func noAccounts(_ name: String) {
    #expect(problems("-c", "/a", "--user", name).count == 1)
  }

  @Test(
    "refuse paths that no unit carries unharmed",
    arguments: [
      "/a\nb", "/a\tb", "/a\\b", "/a\"b'c", "/a\u{7F}", "/a\u{2028}b", "/a ", "/a\u{FFFD}",
    ])
  func paths(_ path: String) {
    #expect(problems("-c", path).count == 1 && problems("-c", "/a", "--pid-file", path).count == 1)
  }

  @Test("are quoted where systemd would take them apart, and escaped where it would replace them")
  func quoting() {
    #expect(UnitText.argument("/etc/tbot.yaml") == "/etc/tbot.yaml")
    #expect(UnitText.argument("/a b") == "\"/a b\"" && UnitText.word("/a;b") == "\"/a;b\"")
    #expect(
      UnitText.argument("/100%/$x") == "/100%%/$$x" && UnitText.word("/100%/$x") == "/100%%/$x")
    #expect(UnitText.argument("/it's") == "\"/it's\"" && UnitText.argument("/a\"b") == "'/a\"b'")
    #expect(UnitText.argument("/ünit") == "/ünit" && UnitText.line("/run/a b%") == "/run/a b%%")
  }

  @Test("are absolute and plain, however they were written")
  func normalized() throws {
    let request = try request("-c", "tbot.yaml", "--systemd-directory", "//etc/./systemd//system/")
    #expect(request.configuration.hasPrefix("/") && request.configuration.hasSuffix("/tbot.yaml"))
    #expect(request.directory == "/etc/systemd/system")
    #expect(UnitRequest.normalized("/a/../b/.") == "/a/../b" && UnitRequest.normalized("/") == "/")
  }
}
