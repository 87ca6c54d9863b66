import Foundation
import Testing

@testable import Host

@Suite("A hardened unit")
struct UnitHardenedTests {
  private var units: Units

  init() throws { units = Units(try Scratch()) }

  private func hardened(_ words: String...) -> Units.Said {
    units.run(["systemd", "--hardened", "-c", "/etc/tbot.yaml"] + words)
  }

  /// The unit alone.
  private func unit(_ said: Units.Said) -> String {
    said.out.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false).last
      .map(String.init) ?? ""
  }

  @Test("lets the agent write to the folders of its configuration and nowhere else")
  mutating func folders() throws {
    units.configuration = Units.withOutputs
    let said = hardened()
    #expect(unit(said) == (try Units.golden("hardened")) && said.status == 0)
    #expect(said.log.isEmpty)
  }

  @Test("opens the devices that the join method's plugin needs, by what its manifest says")
  mutating func devices() throws {
    units.isNeedy = true
    units.machine.status = { path in
      path.hasPrefix("/dev/")
        ? Units.status(0o20660, uid: 120, gid: 120) : Units.status(0o40755)
    }
    let said = hardened()
    #expect(unit(said) == (try Units.golden("hardened-device")) && said.status == 0)
    #expect(said.log.isEmpty)
  }

  @Test("follows a join URI to the method that it names")
  mutating func joinURI() {
    units.isNeedy = true
    units.configuration = """
      version: v2
      join_uri: tbot+proxy+badge://my-bot-token@example.teleport.sh:443
      storage: /var/lib/teleport/bot
      """
    #expect(hardened().out.contains("\nDeviceAllow=/dev/tpmrm0 rw\n"))
    units.configuration = units.configuration?.replacing("badge", with: "stamp")
    #expect(hardened().err.contains("unsupported join method \"stamp\""))
  }

  @Test("uses the group of the nodes that are there, or the usual one of a machine that has it")
  mutating func groups() throws {
    units.isNeedy = true
    func groups() -> [Substring] {
      hardened().out.split(separator: "\n").filter { $0.hasPrefix("SupplementaryGroups=") }
    }
    units.machine.status = { path in
      path == "/dev/tpm0" ? Units.status(0o20660, uid: 0, gid: 44) : nil
    }
    units.machine.groupName = { $0 == 44 ? "security" : nil }
    #expect(groups() == ["SupplementaryGroups=security"])
    units.machine.status = { $0.hasPrefix("/dev/") ? Units.status(0o20600, uid: 0, gid: 0) : nil }
    #expect(groups().isEmpty)
    units.machine.status = { _ in nil }
    #expect(groups() == ["SupplementaryGroups=tss"])
    #expect(
      hardened().log.contains {
        $0.contains(
          "this machine has none of the devices that the join method needs (/dev/tpmrm0, ")
      })
    units.machine.group = { _ in 990 }
    #expect(
      hardened("--group", "tss").out.contains("Group=tss\n")
        && groups() == [
          "SupplementaryGroups=tss"
        ])
    units.machine.group = { $0 == "tss" ? nil : 990 }
    #expect(groups().isEmpty)
  }

  @Test("hides home and temporary folders unless the agent has something there")
  mutating func hidden() {
    func keys() -> [String] {
      hardened().out.split(separator: "\n").map(String.init)
        .filter { $0.hasPrefix("ProtectHome=") || $0.hasPrefix("PrivateTmp=") }
    }
    #expect(keys() == ["ProtectHome=yes", "PrivateTmp=yes"])
    units.configuration = Units.configuration.replacing(
      "/var/lib/teleport/bot", with: "/home/storage")
    #expect(keys() == ["ProtectHome=read-only", "PrivateTmp=yes"])
    units.configuration = Units.configuration.replacing("my-bot-token", with: "/root")
    #expect(keys() == ["ProtectHome=read-only", "PrivateTmp=yes"])
    units.configuration = Units.configuration.replacing("\"1234\"", with: "/var/tmp/pin")
    #expect(keys() == ["ProtectHome=yes", "PrivateTmp=no"])
    units.configuration = Units.configuration.replacing("/var/lib/teleport/bot", with: "tmp/bot")
    #expect(keys() == ["ProtectHome=yes", "PrivateTmp=no"])
    units.configuration = Units.configuration.replacing("/var/lib/teleport/bot", with: "/homer")
    #expect(keys() == ["ProtectHome=yes", "PrivateTmp=yes"])
    units.configuration = Units.configuration
    units.agent = "/home/tbot"
    #expect(keys() == ["ProtectHome=read-only", "PrivateTmp=yes"])
  }

  @Test("gives the pid file a folder that its user may write to")
  func pidFile() {
    let own = hardened("--pid-file", "/srv/pids/agent.pid")
    #expect(own.out.contains("\nPIDFile=/srv/pids/agent.pid\n"))
    #expect(own.out.contains("\nReadWritePaths=-/srv/pids\n"))
    let named = hardened("--name", "robot")
    #expect(named.out.contains(" --pid-file=/run/robot/robot.pid\n"))
    #expect(named.out.contains("\nRuntimeDirectory=robot\n") && !named.out.contains("=-/run"))
  }

  @Test("tells which folders have to be made first, and how")
  mutating func missingFolders() {
    units.configuration = Units.withOutputs
    units.machine.status = { $0.hasPrefix("/opt/machine") ? nil : Units.status(0o40755) }
    #expect(
      hardened().log.contains {
        $0.hasSuffix(
          "there is no folder /opt/machine id/100% yet, and the agent cannot make it under --hardened; "
            + "make it: install -d -m 0700 -o teleport -g teleport '/opt/machine id/100%'")
      })
  }

  @Test("is not made from a configuration that is missing or wrong, nor without its plugins")
  mutating func refused() {
    units.configuration = nil
    #expect(
      hardened().err.hasPrefix(
        "ERROR: --hardened is made from the configuration; /etc/tbot.yaml: the configuration cannot "
          + "be read: no such file or directory"))
    units.configuration = "version: v2\nproxy_serve: x"
    #expect(hardened().err.contains("/etc/tbot.yaml:2:1: unknown key `proxy_serve`"))
    units.configuration = Units.configuration.replacing("badge", with: "stamp")
      .replacing("services: []", with: "services: [{type: poem, destination: \"/a\\\\b\"}]")
    let said = hardened()
    #expect(said.status == 1 && said.out.isEmpty)
    #expect(said.err.contains("names the folder \"/a\\b\", which has a backslash; rename it\n  "))
    for name in ["stamp", "poem"] {
      #expect(said.err.contains("what devices they need; ") && said.err.contains(name))
    }
  }

  /// Whether systemd's own reading of units can be asked; deps.sh installs it.
  private static let hasAnalyze = FileManager.default.isExecutableFile(
    atPath: "/usr/bin/systemd-analyze")

  private func analyze(_ words: [String], debug: Bool = false) throws -> (
    text: String, status: Int32
  ) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/systemd-analyze")
    process.arguments = words
    process.environment = debug ? ["SYSTEMD_LOG_LEVEL": "debug"] : [:]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (text, process.terminationStatus)
  }

  @Test(
    "is rated 2.0 or better by systemd, whatever the agent needs", .enabled(if: hasAnalyze),
    arguments: [
      (false, "/var/lib/teleport/bot"), (true, "/var/lib/teleport/bot"), (true, "/home/storage"),
      (true, "/tmp/storage"),
    ])
  func exposure(isNeedy: Bool, storage: String) throws {
    var units = units
    units.isNeedy = isNeedy
    units.configuration = Units.configuration.replacing("/var/lib/teleport/bot", with: storage)
    try units.scratch.write(
      "tbot.service", unit(units.run("systemd", "--hardened", "-c", "/etc/tbot.yaml")))
    let path = units.scratch.path("tbot.service")
    let said = try analyze(["security", "--offline=true", "--no-pager", "--threshold=20", path])
    let rating = said.text.split(separator: "\n").last.map(String.init) ?? ""
    #expect(said.status == 0 && rating.contains("Overall exposure level"), "\(rating)")
  }

  @Test(
    "is read by systemd without complaint, every path as it was meant", .enabled(if: hasAnalyze))
  func verified() throws {
    var units = units
    // systemd looks whether the program and the user are there.
    units.agent = "/usr/bin/env"
    units.configuration = Units.withOutputs
    try units.scratch.write(
      "tbot.service",
      unit(
        units.run("systemd", "--hardened", "-c", "/etc/tbot.yaml", "--user=root", "--group=root")))
    let path = units.scratch.path("tbot.service")
    let said = try analyze(["verify", "--man=no", path])
    let ours = said.text.split(separator: "\n")
      .filter {
        $0.contains("tbot.service") && !$0.contains("Failed to parse system call, ignoring")
      }
    #expect(ours.isEmpty && said.status == 0, "\(said.text)")
    let dump = try analyze(["verify", "--man=no", path], debug: true).text
    #expect(dump.contains("ReadWritePaths: -/var/lib/teleport/bot -/opt/machine id/100%\n"))
  }
}
