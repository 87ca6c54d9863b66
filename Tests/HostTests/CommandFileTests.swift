import Foundation
import PluginHost
import Testing

@testable import Host

/// The file of a plugin's command: whole, private, and never another than the one that was named.
@Suite("A file of a command") struct CommandFileTests {
  private let folder = FileManager.default.temporaryDirectory
    .appending(path: "tenon-command-file-\(UUID().uuidString)")

  private func path(_ name: String) -> String { folder.appending(path: name).path }

  private func content(_ name: String) -> String? {
    try? String(contentsOfFile: path(name), encoding: .utf8)
  }

  @Test("is made with its folders, readable by its owner alone")
  func made() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try CommandFile.write(path("a/b/key"), Array("one".utf8), replaces: false)
    #expect(content("a/b/key") == "one")
    let attributes = try FileManager.default.attributesOfItem(atPath: path("a/b/key"))
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    #expect(try FileManager.default.contentsOfDirectory(atPath: path("a/b")) == ["key"])
  }

  @Test("is kept when it exists, and replaced when that is asked for")
  func kept() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try CommandFile.write(path("key"), Array("one".utf8), replaces: false)
    #expect {
      try CommandFile.write(path("key"), Array("two".utf8), replaces: false)
    } throws: { "\($0)".hasPrefix(path("key") + " exists already; ") }
    #expect(content("key") == "one")
    try CommandFile.write(path("key"), Array("two".utf8), replaces: true)
    #expect(content("key") == "two")
  }

  @Test("replaces a link instead of writing through it")
  func link() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try CommandFile.write(path("target"), Array("one".utf8), replaces: false)
    try FileManager.default.createSymbolicLink(
      atPath: path("key"), withDestinationPath: path("target"))
    #expect(throws: RecordError.self) {
      try CommandFile.write(path("key"), Array("two".utf8), replaces: false)
    }
    try CommandFile.write(path("key"), Array("two".utf8), replaces: true)
    #expect(content("key") == "two" && content("target") == "one")
  }

  @Test("has a name", arguments: ["", ".", "..", "a/", "/", "a/.."])
  func names(_ name: String) {
    #expect(throws: RecordError.self) {
      try CommandFile.write(name, [1], replaces: true)
    }
  }
}
