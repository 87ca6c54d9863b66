import Foundation
import PluginHost
import Synchronization
import Testing

@testable import Host

/// A folder of its own for one test, gone when the test ends.
final class Scratch: Sendable {
  let path: String

  init() throws {
    // In memory if possible: thousands of flushes would wait for whoever else uses a real disk. The real
    // path otherwise: the disk refuses to walk through links, and a temporary folder may lie behind one.
    let isInMemory = access("/dev/shm", W_OK | X_OK) == 0
    let base =
      isInMemory
      ? "/dev/shm" : FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
    path = "\(base)/tenon-disk-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func path(_ name: String) -> String { "\(path)/\(name)" }

  func text(_ name: String) -> String? { try? String(contentsOfFile: path(name), encoding: .utf8) }

  func write(_ name: String, _ text: String) throws {
    try text.write(toFile: path(name), atomically: false, encoding: .utf8)
  }

  func mode(_ name: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path(name))
    return try #require(attributes[.posixPermissions] as? Int)
  }

  /// Everything below a folder, by relative name.
  func everything(in name: String) -> [String] {
    FileManager.default.enumerator(atPath: path(name))?.compactMap { $0 as? String }.sorted() ?? []
  }
}

/// Faults at counted calls.
final class Countdown: Sendable {
  private let calls = Mutex<[(DiskCall, String)]>([])
  let first: Int
  let last: Int
  let number: Int32
  let kind: DiskCall?

  /// Calls `first` to `last`, counted from 0, fail with `number`. With a kind only its calls count.
  init(
    first: Int = .max, last: Int = .max, number: Int32 = EIO, of kind: DiskCall? = nil
  ) {
    self.kind = kind
    self.first = first
    self.last = last
    self.number = number
  }

  var made: [(call: DiskCall, path: String)] {
    calls.withLock { $0.map { (call: $0.0, path: $0.1) } }
  }

  var point: FaultPoint {
    FaultPoint { [self] call, path in
      let index = calls.withLock { calls in
        calls.append((call, path))
        return calls.count { kind == nil || $0.0 == kind } - 1
      }
      guard kind == nil || call == kind else { return 0 }
      return (first...last).contains(index) ? number : 0
    }
  }
}

extension FaultPoint {
  /// Every call of one kind fails.
  static func always(_ call: DiskCall, _ number: Int32) -> FaultPoint {
    FaultPoint { made, _ in made == call ? number : 0 }
  }
}

@Suite("The agent's storage")
struct DiskStorageTests {
  @Test("keeps records over a restart, in files only their owner may read")
  func keepsRecords() throws {
    let scratch = try Scratch()
    let path = scratch.path("a/b/storage")
    do {
      let storage = try StorageDirectory(path: path)
      try storage.putAll([
        RecordChange(name: "one", value: [1]), RecordChange(name: "two", value: [2]),
      ])
      try storage.putAll([
        RecordChange(name: "one", value: nil), RecordChange(name: "two", value: [3, 4]),
      ])
    }
    let storage = try StorageDirectory(path: path)
    #expect(try storage.get("one") == nil)
    #expect(try storage.get("two") == [3, 4])
    #expect(try scratch.mode("a/b/storage/two") == 0o600)
    #expect(try scratch.mode("a/b/storage/lock") == 0o600)
    #expect(try scratch.mode("a/b/storage/.write-test") == 0o600)
    #expect(try scratch.mode("a/b/storage") == 0o700)
    #expect(try scratch.mode("a") == 0o700)
    #expect(scratch.everything(in: "a/b/storage") == [".write-test", "lock", "two"])
  }

  @Test("gives files and folders their modes whatever the umask is")
  func modesDespiteUmask() async {
    await #expect(processExitsWith: .success) {
      let scratch = try Scratch()
      umask(0o777)
      let storage = try StorageDirectory(path: scratch.path("a/storage"))
      try storage.putAll([RecordChange(name: "one", value: [1])])
      #expect(try scratch.mode("a/storage/one") == 0o600)
      #expect(try scratch.mode("a/storage/lock") == 0o600)
      #expect(try scratch.mode("a/storage") == 0o700)
      #expect(try scratch.mode("a") == 0o700)
    }
  }

  @Test("takes an empty record for none, as an interrupted write of another program leaves it")
  func emptyIsNone() throws {
    let scratch = try Scratch()
    let storage = try StorageDirectory(path: scratch.path("storage"))
    try scratch.write("storage/key", "")
    #expect(try storage.get("key") == nil)
  }

  @Test("refuses a second agent and says which process holds it")
  func secondAgent() throws {
    let scratch = try Scratch()
    let first = try StorageDirectory(path: scratch.path("storage"))
    let error = #expect(throws: RecordError.self) {
      try StorageDirectory(path: scratch.path("storage"))
    }
    let text = try #require(error).description
    let name = try String(contentsOfFile: "/proc/self/comm", encoding: .utf8).dropLast()
    #expect(text.contains("another agent (process \(getpid()), \(name)) is running on"))
    #expect(text.contains(scratch.path("storage")) && text.contains("stop that one"))
    _ = first
  }

  @Test("names a holder that wrote no number into the lock, or somebody else's")
  func foreignHolder() throws {
    let scratch = try Scratch()
    let first = try StorageDirectory(path: scratch.path("storage"))
    for content in ["", "1\n", "no number"] {
      try scratch.write("storage/lock", content)
      let error = #expect(throws: RecordError.self) {
        try StorageDirectory(path: scratch.path("storage"))
      }
      #expect(try #require(error).description.contains("(process \(getpid()), "))
    }
    _ = first
  }

  @Test("finds its holder in the kernel's table by device and inode")
  func table() {
    var file = stat()
    file.st_dev = 0xfe01
    file.st_ino = 99
    let table = """
      1: POSIX  ADVISORY  WRITE 11 fe:01:99 0 EOF
      2: FLOCK  ADVISORY  WRITE 12 fe:02:99 0 EOF
      3: FLOCK  ADVISORY  WRITE 13 fe:01:98 0 EOF
      4: FLOCK  ADVISORY  WRITE 0 fe:01:99 0 EOF
      4: -> FLOCK  ADVISORY  WRITE 14 fe:01:99 0 EOF
      5: FLOCK
      6: FLOCK  ADVISORY  WRITE 15 fe:01:99 0 EOF
      """
    #expect(LockHolder.process(in: table, file) == 15)
    file.st_ino = 97
    #expect(LockHolder.process(in: table, file) == nil)
    #expect(LockHolder.process(in: "", file) == nil)
  }

  @Test("is free again once its holder is gone")
  func lockEnds() throws {
    let scratch = try Scratch()
    for _ in 0..<3 { _ = try StorageDirectory(path: scratch.path("storage")) }
  }

  @Test("is free again even when a child has not let go of what it inherited")
  func lockEndsInChildren() throws {
    let scratch = try Scratch()
    var storage: StorageDirectory? = try StorageDirectory(path: scratch.path("storage"))
    // What a child between fork and exec has: other names of the same open files.
    let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
    let held = open.compactMap { Int32($0) }.filter { number in
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(number)"))
        == scratch.path("storage/lock")
    }.map { dup($0) }
    defer { for number in held { close(number) } }
    try #require(held.count == 1 && storage != nil)
    storage = nil
    _ = try StorageDirectory(path: scratch.path("storage"))
  }

  @Test(
    "names path, reason and remedy when it cannot be written",
    arguments: [
      (DiskCall.write, ENOSPC, "no space left on device", "free some space"),
      (.open, EROFS, "read-only file system", "writable"),
      (.open, EACCES, "permission denied", "chown -R"),
      (.flush, EIO, "input/output error", "kernel's log"),
    ])
  func unwritable(call: DiskCall, number: Int32, reason: String, remedy: String) throws {
    let scratch = try Scratch()
    try FileManager.default.createDirectory(
      atPath: scratch.path("storage"), withIntermediateDirectories: false)
    let error = #expect(throws: RecordError.self) {
      try StorageDirectory(
        path: scratch.path("storage"),
        faults: FaultPoint { made, path in
          made == call && path.contains("storage/") ? number : 0
        })
    }
    let text = try #require(error).description
    #expect(text.contains(scratch.path("storage")))
    #expect(text.contains(reason) && text.contains(remedy))
    #expect(!text.contains(".tenon-tmp"))
    #expect(scratch.everything(in: "storage").allSatisfy { $0 == "lock" })
  }

  @Test("removes what a killed process left on its way")
  func sweeps() throws {
    let scratch = try Scratch()
    _ = try StorageDirectory(path: scratch.path("storage"))
    try scratch.write("storage/.tenon-tmp-1", "half")
    try scratch.write("storage/.mine", "kept")
    _ = try StorageDirectory(path: scratch.path("storage"))
    #expect(scratch.everything(in: "storage") == [".mine", ".write-test", "lock"])
  }
}
