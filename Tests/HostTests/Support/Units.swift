import Foundation
import Synchronization
import Testing

@testable import Host
@testable import PluginHost

/// `install systemd` on a machine of the test's own.
struct Units {
  let scratch: Scratch
  var machine: Machine
  /// What is at /etc/tbot.yaml; nil for nothing.
  var configuration: String? = Self.configuration
  /// Whether the plugin of the join method needs a device.
  var isNeedy = false
  var agent = "/usr/local/bin/tbot"

  /// What a command said and ended with.
  struct Said: Sendable {
    var out = ""
    var err = ""
    /// Log lines.
    var log: [String] = []
    var status: Int32 = 0
  }

  /// The guide's configuration, with a join method of the test.
  static let configuration = """
    version: v2
    proxy_server: example.teleport.sh:443
    onboarding:
      join_method: badge
      token: my-bot-token
      badge: {pin: "1234"}
    storage:
      type: directory
      path: /var/lib/teleport/bot
    services: []

    """

  /// That with two outputs more.
  static var withOutputs: String {
    configuration.replacing(
      "services: []",
      with: """
        services:
          - {type: card, destination: "/opt/machine id//100%"}
          - {type: card, destination: {type: memory}}
          - {type: card, destination: /var/lib/teleport/bot/}
        """)
  }

  init(_ scratch: Scratch) {
    self.scratch = scratch
    machine = Machine(
      account: { name in
        switch name {
        case "root": Account(uid: 0, groups: [0])
        case "teleport": Account(uid: 990, groups: [990])
        default: nil
        }
      },
      group: { ["root": 0, "teleport": 990, "tss": 120][$0] },
      groupName: { [0: "root", 990: "teleport", 120: "tss"][$0] },
      status: { _ in Units.status(0o40755) })
  }

  static func status(_ mode: mode_t, uid: uid_t = 990, gid: gid_t = 990) -> stat {
    var found = stat()
    found.st_mode = mode
    found.st_uid = uid
    found.st_gid = gid
    return found
  }

  func run(_ words: String...) -> Said { run(words) }

  func run(_ words: [String]) -> Said {
    let said = Mutex(Said())
    let log = LogFile(scratch)
    var command = InstallCommand(
      environment: { _ in nil }, called: "/usr/local/bin/tbot", program: "tbot",
      console: Console(
        out: { bytes in said.withLock { $0.out += String(decoding: bytes, as: UTF8.self) } },
        err: { bytes in said.withLock { $0.err += String(decoding: bytes, as: UTF8.self) } }),
      machine: machine)
    command.agent = agent
    command.lines = log.log
    let configuration = configuration
    command.surroundings = ConfigSurroundings(
      environment: { _ in nil },
      readFile: { path, _ in
        path == "/etc/tbot.yaml"
          ? configuration.map { .success(Array($0.utf8)) }
            ?? .failure(.init(reason: "no such file or directory"))
          : .failure(.init(reason: "permission denied"))
      })
    let isNeedy = isNeedy
    command.catalog = { policy in
      PluginCatalog(
        directory: policy.directory ?? (try? Desk.directory(needy: isNeedy)) ?? "/nonexistent",
        policy: LoadPolicy(user: getuid()))
    }
    let global = try? Flags([], [], environment: { _ in nil })
    let status = global.map { command.run($0, words) } ?? -1
    return said.withLock { said in
      said.status = status
      said.log = log.lines
      return said
    }
  }

  static func golden(_ name: String) throws -> String {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    return try String(
      contentsOf: folder.appending(path: "../Golden/\(name).service"), encoding: .utf8)
  }
}
