import Foundation
import PluginHost
import Testing

@testable import Host

@Suite("Records")
struct DiskRecordTests {
  @Test(
    "have plain names",
    arguments: ["", "..", ".hidden", "a/b", "/a", "a\0b", String(repeating: "x", count: 256)])
  func names(name: String) throws {
    let scratch = try Scratch()
    let storages: [any RecordStorage] = [
      try StorageDirectory(path: scratch.path("storage")), MemoryStorage(),
      MemoryStorage().limited(to: [name]),
    ]
    for storage in storages {
      #expect(throws: RecordError.self) { try storage.get(name) }
      #expect(throws: RecordError.self) {
        try storage.putAll([
          RecordChange(name: "fine", value: [1]), RecordChange(name: name, value: [1]),
        ])
      }
    }
    #expect(scratch.everything(in: "storage") == [".write-test", "lock"])
  }

  @Test("of others are out of a plugin's sight, and a refused change changes none")
  func limited() throws {
    let storage = MemoryStorage()
    try storage.putAll([RecordChange(name: "secret", value: [1])])
    let limited = storage.limited(to: ["mine"])
    let error = #expect(throws: RecordError.self) { try limited.get("secret") }
    #expect(try #require(error).message.contains("\"secret\""))
    #expect(throws: RecordError.self) {
      try limited.putAll([
        RecordChange(name: "mine", value: [2]), RecordChange(name: "secret", value: [2]),
      ])
    }
    #expect(try limited.get("mine") == nil)
    try limited.putAll([RecordChange(name: "mine", value: [3])])
    #expect(try storage.get("mine") == [3] && storage.get("secret") == [1])
  }

  @Test("in memory can be replaced without a change to what was handed out")
  func memory() throws {
    let storage = MemoryStorage()
    try storage.putAll([RecordChange(name: "key", value: [1, 2, 3])])
    let handed = try storage.get("key")
    try storage.putAll([RecordChange(name: "key", value: nil)])
    #expect(handed == [1, 2, 3])
    #expect(try storage.get("key") == nil)
  }

  @Test("in memory keep a destination's last set of files only")
  func memoryDestination() throws {
    let destination = MemoryDestination()
    try destination.check()
    try destination.writeAll(DiskDestinationTests.artifacts(["a": "1", "b": "1"]))
    let handed = destination.artifacts
    try destination.writeAll(DiskDestinationTests.artifacts(["a": "2"]))
    #expect(handed == DiskDestinationTests.artifacts(["a": "1", "b": "1"]))
    #expect(destination.artifacts == DiskDestinationTests.artifacts(["a": "2"]))
  }

  @Test("that are links, pipes or far too large are refused with their path")
  func oddFiles() throws {
    let scratch = try Scratch()
    let storage = try StorageDirectory(path: scratch.path("storage"))
    try scratch.write("elsewhere", "foreign")
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path("storage/link"), withDestinationPath: "../elsewhere")
    #expect(mkfifo(scratch.path("storage/pipe"), 0o600) == 0)
    try scratch.write("storage/large", "")
    #expect(truncate(scratch.path("storage/large"), 5 << 20) == 0)
    for (name, reason) in [
      ("link", "it is a symbolic link"), ("pipe", "it is not a regular file"),
      ("large", "it has 5242880 bytes"),
    ] {
      let error = #expect(throws: RecordError.self) { try storage.get(name) }
      let text = try #require(error).description
      #expect(text.contains(scratch.path("storage/\(name)")) && text.contains(reason))
    }
    try storage.putAll([RecordChange(name: "link", value: [1])])
    #expect(try storage.get("link") == [1] && scratch.text("elsewhere") == "foreign")
  }

  @Test("are kept from a folder that others may write to, with the command that mends it")
  func othersMayWrite() throws {
    let scratch = try Scratch()
    let path = scratch.path("storage")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    #expect(chmod(path, 0o777) == 0)
    let error = #expect(throws: RecordError.self) { try StorageDirectory(path: path) }
    let text = try #require(error).description
    #expect(text.contains("mode 0777") && text.contains("chmod go-w \(path)"))
    #expect(scratch.everything(in: "storage").isEmpty)
    _ = try StorageDirectory(path: path, symlinks: .insecure)
  }
}
