import Glibc
import Testing

@testable import Host

@Suite("What a unit needs of the machine")
struct UnitWarningTests {
  private var units: Units

  init() throws { units = Units(try Scratch()) }

  /// The warnings of a run that prints the unit all the same.
  private func warnings(_ words: String...) -> [String] {
    let said = units.run(["systemd", "-c", "/etc/tbot.yaml"] + words)
    #expect(said.status == 0 && said.out.contains("[Service]"))
    return said.log.compactMap { line in
      line.split(separator: "  WARN  ", maxSplits: 1).dropFirst().first.map(String.init)
    }
  }

  @Test("is nothing more when everything is there")
  func nothing() { #expect(warnings().isEmpty) }

  @Test("is a user and a group, with the commands that make them")
  func accounts() {
    let useradd = "useradd --system --no-create-home --shell /usr/sbin/nologin"
    #expect(
      warnings("--user=robot", "--group=robot") == [
        "there is no user robot yet; make it: \(useradd) --user-group robot"
      ])
    #expect(
      warnings("--user=robot") == [
        "there is no user robot yet; make it: \(useradd) --gid teleport robot"
      ])
    #expect(
      warnings("--user=robot", "--group=robots") == [
        "there is no group robots yet; make it: groupadd --system robots",
        "there is no user robot yet; make it: \(useradd) --gid robots robot",
      ])
    #expect(
      warnings("--group=robots") == [
        "there is no group robots yet; make it: groupadd --system robots"
      ])
  }

  @Test("is a configuration that is there and right")
  mutating func configuration() {
    units.configuration = nil
    #expect(
      warnings() == [
        "the agent would not start with the configuration as it is: /etc/tbot.yaml: the configuration "
          + "cannot be read: no such file or directory; correct the path given with -c"
      ])
    units.configuration = "version: v1"
    #expect(warnings().first?.contains("/etc/tbot.yaml:1:10: version 1") == true)
  }

  @Test("is a configuration that the user may read")
  mutating func reading() {
    units.machine.status = { path in
      path == "/etc/tbot.yaml" ? Units.status(0o100600, uid: 0, gid: 0) : Units.status(0o40755)
    }
    #expect(
      warnings() == [
        "user teleport cannot read /etc/tbot.yaml (mode 0600); let it: chgrp teleport /etc/tbot.yaml "
          + "&& chmod g+r /etc/tbot.yaml"
      ])
    #expect(warnings("--user=root").isEmpty)
    units.machine.status = { path in
      path == "/etc" ? Units.status(0o40700, uid: 0, gid: 0) : Units.status(0o40755)
    }
    #expect(
      warnings() == [
        "user teleport cannot read /etc/tbot.yaml: the folder /etc is closed to it (mode 0700); open "
          + "it: chmod o+x /etc"
      ])
    units.machine.status = { path in
      path == "/etc/tbot.yaml" ? Units.status(0o100640, uid: 0, gid: 990) : Units.status(0o40755)
    }
    #expect(warnings().isEmpty)
  }

  @Test("is folders that the user may write to; those it can make are not missing")
  mutating func folders() {
    units.machine.status = { path in
      path == "/var/lib/teleport/bot"
        ? Units.status(0o40755, uid: 0, gid: 0) : Units.status(0o40755)
    }
    #expect(
      warnings() == [
        "user teleport cannot write to the folder /var/lib/teleport/bot; give it away: chown "
          + "teleport:teleport /var/lib/teleport/bot"
      ])
    units.machine.status = { $0.hasPrefix("/var") ? nil : Units.status(0o40755) }
    #expect(warnings().isEmpty)
  }

  @Test("is a place for the pid file, when one is asked for")
  mutating func pidFile() {
    units.machine.status = { path in
      switch path {
      case "/run": Units.status(0o40755, uid: 0, gid: 0)
      case "/none": nil
      default: Units.status(0o40755)
      }
    }
    #expect(
      warnings("--pid-file=/run/agent.pid") == [
        "user teleport cannot write /run/agent.pid, and the agent does not start without it; name a "
          + "folder of its own with --pid-file, or leave the flag out"
      ])
    #expect(warnings("--pid-file=/none/a").first?.hasPrefix("there is no folder /none for") == true)
    #expect(warnings("--pid-file=/srv/agent.pid").isEmpty && warnings("--user=root").isEmpty)
  }

  @Test("says where telemetry goes: nowhere until there is an address")
  func telemetry() {
    let log = units.run("systemd", "-c", "/etc/tbot.yaml", "--anonymous-telemetry").log
    #expect(log.count == 1 && log[0].hasSuffix("variable=TELEPORT_ANONYMOUS_TELEMETRY_ADDRESS"))
  }

  @Test("are the accounts and files of this machine, when nobody says otherwise")
  func system() {
    let machine = Machine.system
    #expect(machine.account("root") == machine.account("0") && machine.account("root")?.uid == 0)
    #expect(machine.account("no-such-user") == nil && machine.group("no-such-group") == nil)
    #expect(machine.group("root") == 0 && machine.groupName(0) == "root")
    #expect(machine.status("/etc/passwd")?.st_mode == 0o100644 && machine.status("/none") == nil)
  }
}
