import Foundation
import Testing

@testable import Host

@Suite("install systemd")
struct UnitCommandTests {
  private let units: Units

  init() throws { units = Units(try Scratch()) }

  private var folder: String { units.scratch.path }

  private func write(_ words: String...) -> Units.Said {
    units.run(
      ["systemd", "--write", "--config", "/etc/tbot.yaml", "--systemd-directory", folder] + words)
  }

  @Test("prints the unit and where it belongs, and writes nothing, unless it is told to")
  func dryRun() throws {
    let said = units.run("systemd", "--config", "/etc/tbot.yaml", "--systemd-directory", folder)
    let first = "# \(folder)/tbot.service (not written; --write does that)\n"
    #expect(said.out == first + (try Units.golden("tbot")) && said.status == 0)
    #expect(units.scratch.text("tbot.service") == nil)
    let usual = units.run("systemd", "-c", "/etc/tbot.yaml")
    #expect(usual.out.hasPrefix("# /etc/systemd/system/tbot.service "))
  }

  @Test("writes what the guide asks for, for everybody to read, and says what to do next")
  func guide() throws {
    let said = write("--user", "teleport", "--group", "teleport", "--anonymous-telemetry")
    #expect(said.status == 0 && said.out.isEmpty && said.err.isEmpty)
    #expect(try units.scratch.text("tbot.service") == Units.golden("telemetry"))
    #expect(try units.scratch.mode("tbot.service") == 0o644)
    #expect(units.scratch.everything(in: ".").filter { !$0.hasPrefix("log-") } == ["tbot.service"])
    let next =
      "INFO  unit written; now run: systemctl daemon-reload && systemctl enable --now tbot"
    #expect(said.log.contains { $0.contains(next) })
  }

  @Test("is named, and run by whom, as it is told; every path survives systemd's reading of it")
  func everything() throws {
    let said = units.run(
      "systemd", "--name", "robot-1", "--user=root", "--group=wheel", "--no-anonymous-telemetry",
      "-c", "/etc//my agents/./100%/$HOME.yaml", "--plugin-dir", "/opt/it's here")
    #expect(said.out.hasSuffix("\n" + (try Units.golden("everything"))) && said.status == 0)
  }

  @Test("finds its own unit there and changes nothing")
  func identical() throws {
    #expect(write().status == 0)
    let before = try FileManager.default.attributesOfItem(
      atPath: units.scratch.path("tbot.service"))
    let again = write()
    #expect(again.status == 0 && again.err.isEmpty)
    #expect(again.log.contains { $0.contains("INFO  unit is there already and the same") })
    #expect(write("--force").log.contains { $0.contains("there already and the same") })
    let after = try FileManager.default.attributesOfItem(atPath: units.scratch.path("tbot.service"))
    #expect(before[.systemFileNumber] as? Int == after[.systemFileNumber] as? Int)
  }

  @Test("leaves another unit alone, shows what differs, and replaces it when it is forced to")
  func different() throws {
    #expect(write().status == 0)
    let said = write("--anonymous-telemetry")
    let path = units.scratch.path("tbot.service")
    #expect(said.status == 1 && said.out.isEmpty)
    #expect(said.log.contains { $0.contains("ERROR  another unit is there already  path=\(path)") })
    #expect(
      said.err == """
          - Environment="TELEPORT_ANONYMOUS_TELEMETRY=0"
          + Environment="TELEPORT_ANONYMOUS_TELEMETRY=1"
        ERROR: \(path) differs from the unit that was asked for (lines with - are there, lines with + \
        would be); replace it with --force, or keep what you changed in a drop-in: systemctl edit tbot

        """)
    #expect(try units.scratch.text("tbot.service") == Units.golden("tbot"))
    #expect(write("--anonymous-telemetry", "--force").status == 0)
    #expect(try units.scratch.text("tbot.service") == Units.golden("telemetry"))
  }

  @Test("shows no control characters of a unit that is there")
  func hostile() throws {
    try units.scratch.write("tbot.service", "\u{1B}]0;owned\u{7}\n")
    #expect(write().err.hasPrefix("  - ?]0;owned?\n"))
  }

  @Test("never writes through a link, and knows a masked unit")
  func links() throws {
    try units.scratch.write("elsewhere", "kept")
    let place = units.scratch.path("tbot.service")
    try FileManager.default.createSymbolicLink(atPath: place, withDestinationPath: "elsewhere")
    #expect(write().status == 1)
    #expect(write("--force").status == 0 && units.scratch.text("elsewhere") == "kept")
    try FileManager.default.removeItem(atPath: place)
    try FileManager.default.createSymbolicLink(atPath: place, withDestinationPath: "/dev/null")
    let masked = write()
    #expect(masked.err.hasSuffix("if the unit is masked: systemctl unmask tbot.service\n"))
    #expect(masked.status == 1)
  }

  @Test("needs a folder that is there, and says so of one it may not write to")
  func folders() throws {
    var units = units
    units.machine.status = Machine.system.status
    let missing = units.run(
      "systemd", "--write", "-c", "/etc/tbot.yaml", "--systemd-directory", folder + "/none")
    #expect(
      missing.err.hasPrefix("ERROR: there is no folder \(folder)/none; ") && missing.status == 1)
    #expect(units.scratch.everything(in: "none").isEmpty)
    let read = units.run(
      "systemd", "--write", "-c", "/etc/tbot.yaml", "--systemd-directory", "/proc/self")
    #expect(read.err.hasPrefix("ERROR: cannot write /proc/self/tbot.service: ") && read.status == 1)
  }

  @Test("shows its usage, and knows nothing else to install")
  func usage() {
    let help = units.run("systemd", "--help")
    #expect(help.out.hasPrefix("usage: tbot install systemd --config FILE [flags]\n"))
    #expect(help.out.contains("--hardened") && help.status == 0)
    #expect(units.run("--help").status == 0 && units.run().status == 1)
    #expect(
      units.run("launchd").err
        == "ERROR: there is nothing to install called \"launchd\"; try: tbot install systemd --help\n"
    )
  }
}
