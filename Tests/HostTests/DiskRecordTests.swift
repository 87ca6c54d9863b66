import Foundation
import PluginHost
import Testing

@testable import Host

@Suite("Records")
struct DiskRecordTests {
  private static let before: [String: [UInt8]] = ["key": [1], "state": [1], "old": [1]]
  private static let changes = [
    RecordChange(name: "key", value: [2]), RecordChange(name: "old", value: nil),
    RecordChange(name: "state", value: [2]),
  ]

  private func prepared(_ scratch: Scratch, faults: FaultPoint = .none) throws -> StorageDirectory {
    let path = scratch.path("storage")
    do {
      let storage = try StorageDirectory(path: path)
      try storage.putAll(
        Self.before.sorted { $0.key < $1.key }.map { RecordChange(name: $0.key, value: $0.value) })
    }
    return try StorageDirectory(path: path, faults: faults)
  }

  private func values(_ storage: any RecordStorage) throws -> [String: [UInt8]] {
    var values: [String: [UInt8]] = [:]
    for name in Self.before.keys { values[name] = try storage.get(name) }
    return values
  }

  /// Calls that opening makes, and that opening and one `putAll` make.
  private func calls() throws -> Range<Int> {
    let countdown = Countdown()
    let scratch = try Scratch()
    let storage = try prepared(scratch, faults: countdown.point)
    let opened = countdown.made.count
    try storage.putAll(Self.changes)
    #expect(scratch.everything(in: "storage") == [".write-test", "key", "lock", "state"])
    return opened..<countdown.made.count
  }

  @Test("are changed in order, up to the call that killed the process, each as a whole")
  func killed() throws {
    // What a kill may leave: a prefix of the changes.
    var prefixes: [[String: [UInt8]]] = [Self.before]
    for change in Self.changes {
      var next = prefixes[prefixes.count - 1]
      next[change.name] = change.value
      prefixes.append(next)
    }
    var seen: Set<[String: [UInt8]]> = []
    for last in try calls() {
      let scratch = try Scratch()
      do {
        let storage = try prepared(scratch, faults: Countdown(first: last).point)
        #expect(throws: RecordError.self) { try storage.putAll(Self.changes) }
      }
      let storage = try StorageDirectory(path: scratch.path("storage"))
      let after = try values(storage)
      #expect(prefixes.contains(after), "after call \(last)")
      seen.insert(after)
      let remains = scratch.everything(in: "storage").filter { $0.hasPrefix(".tenon-tmp") }
      #expect(remains.isEmpty)
    }
    #expect(seen.count == prefixes.count)
  }

  @Test("stay as they were on a full disk, all of them, without anything left beside them")
  func fullDisk() throws {
    for index in try calls() {
      let scratch = try Scratch()
      let full = Countdown(first: index, last: index, number: ENOSPC)
      let storage = try prepared(scratch, faults: full.point)
      let call = #expect(throws: RecordError.self) { try storage.putAll(Self.changes) }
      let made = full.made[index]
      #expect(try #require(call).message.contains(scratch.path("storage")))
      if made.call == .write { #expect(try values(storage) == Self.before) }
      let remains = scratch.everything(in: "storage").filter { $0.hasPrefix(".tenon-tmp") }
      #expect(remains.isEmpty, "call \(index)")
    }
  }

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
