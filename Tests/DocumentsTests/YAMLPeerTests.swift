import Documents
import Foundation
import Testing
import YAML

/// Asks PyYAML, an implementation that is not ours, to read the same texts.
@Suite(.enabled(if: YAMLPeer.isInstalled, "install python3-yaml (make deps)"))
struct YAMLPeerTests {
  @Test func whatIsWrittenMeansTheSameToAReaderOfYAML11() throws {
    var lines: [UInt8] = []
    for seed in 0..<400 {
      var random = Seeded(UInt64(seed) &+ 5000)
      let node = random.node()
      lines += JSON.serialize(.array([.text(YAML.serialize(node)), .array([node])])) + [0x0A]
    }
    #expect(try YAMLPeer.compare("schema", lines) == "800\n")
  }

  @Test func bothReadersFindTheSameStructureOrNone() throws {
    let fragments = [
      "a", "b: ", "- ", "\n", "\n  ", "\n    ", "'x'", "\"y\\n\"", "null", "[", "]", "{", "}", ", ",
      ": ", "|\n", "#c", " ", "key: v\n", "- z\n", "---\n", "true", ">\n  t\n", "?", " : ", "é",
      "|-\n  q\n", "''", "...\n", "<<",
    ]
    var lines: [UInt8] = []
    var random = Seeded(42)
    for _ in 0..<4000 {
      let count = 1 + random.below(10)
      let text = (0..<count).map { _ in fragments[random.below(fragments.count)] }.joined()
      let nodes = try? YAML.parse([UInt8](text.utf8))
      lines += JSON.serialize(.array([.text(text), nodes.map { .array($0) } ?? .null])) + [0x0A]
    }
    #expect(try YAMLPeer.compare("structure", lines) == "4000\n")
  }
}

/// The Python program beside this file.
enum YAMLPeer {
  static let isInstalled =
    (try? run(["-c", "import yaml; yaml.CSafeLoader"], input: []).status) == 0

  static func compare(_ how: String, _ lines: [UInt8]) throws -> String {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "peer.py").path
    let (status, output) = try run([script, how], input: lines)
    #expect(status == 0)
    return output
  }

  private static func run(
    _ arguments: [String], input: [UInt8]
  ) throws -> (status: Int32, output: String) {
    let file = FileManager.default.temporaryDirectory.appending(
      path: "tenon-yaml-\(UUID().uuidString)")
    try Data(input).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments = arguments
    process.standardInput = try FileHandle(forReadingFrom: file)
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}
