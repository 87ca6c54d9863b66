import Foundation
import PluginHost
import Testing

@testable import Host

/// The reader with real files, a real environment and a real plugin directory.
@Suite("A configuration file")
struct ConfigFileTests {
  /// Runs `body` in a folder that is gone afterwards.
  private func inFolder(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "tenon-config-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  private let reader = ConfigReader(surroundings: .system) { policy in
    PluginCatalog(
      directory: policy.directory ?? "/nowhere",
      policy: LoadPolicy(user: geteuid(), pins: policy.pins, requiresPins: policy.requiresPins))
  }

  private func refusal(_ path: String) -> String {
    do {
      _ = try reader.read(file: path)
      return ""
    } catch {
      return error.description
    }
  }

  @Test("that is missing, a folder or too large is refused by its path")
  func unreadable() throws {
    try inFolder { folder in
      #expect(
        refusal(folder + "/tbot.yaml") == """
          \(folder)/tbot.yaml: the configuration cannot be read: no such file or directory; \
          correct the path given with -c
          """)
      #expect(
        refusal(folder) == """
          \(folder): the configuration cannot be read: is a directory; \
          correct the path given with -c
          """)
      let large = folder + "/large.yaml"
      try Data(repeating: 0x20, count: ConfigReader.maxBytes + 1).write(to: URL(filePath: large))
      #expect(refusal(large).contains("it is larger than 1048576 bytes"))
    }
  }

  @Test("of the largest size is read to its end")
  func largest() throws {
    try inFolder { folder in
      let path = folder + "/tbot.yaml"
      var text = "version: v2\nproxy_server: a.b:1\n"
      text += "#" + String(repeating: "x", count: ConfigReader.maxBytes - text.utf8.count - 1)
      try Data(text.utf8).write(to: URL(filePath: path))
      #expect(try reader.read(file: path).services == [])
    }
  }

  @Test("with a plugin that is not installed is refused with the folder to install it into")
  func missingPlugin() throws {
    try inFolder { folder in
      let path = folder + "/tbot.yaml"
      let text = """
        version: v2
        proxy_server: a.b:1
        plugins: {directory: \(folder)}
        onboarding: {join_method: badge, token: hall, badge: {pin_code: hunter2}}
        services:
          - {type: cards, destination: /x}
        """
      try Data(text.utf8).write(to: URL(filePath: path))
      #expect(
        refusal(path) == """
          \(path):4:27: no installed plugin offers the join method "badge"; install the package \
          that ships it, by its usual name tenon-badge-agent.so, into \(folder)
            \(path):6:12: no installed plugin offers the output "cards"; install the package \
          that ships it, by its usual name tenon-cards-output.so, into \(folder)
          """)
    }
  }

  /// Destinations as text, and what is read; nil where they are refused.
  static let destinations: [(text: String, spec: DestinationSpec?)] = [
    ("/x/y", .directory(path: "/x/y", symlinks: .trySecure)),
    ("x/y:z", .directory(path: "x/y:z", symlinks: .trySecure)),
    ("file:///x", .directory(path: "/x", symlinks: .trySecure)),
    ("memory:", .memory), ("memory://", .memory), ("memory://host", nil), ("memory:x", nil),
    ("file://host/x", nil), ("file:x", nil), ("kubernetes-secret:///x", nil), ("", nil),
  ]

  @Test("names destinations in the forms of --storage", arguments: destinations)
  func destination(_ row: (text: String, spec: DestinationSpec?)) {
    let read = try? DestinationSpec(text: row.text, place: .flag("--storage"))
    #expect(read == row.spec)
  }
}
