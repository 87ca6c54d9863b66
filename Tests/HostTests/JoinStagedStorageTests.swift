import PluginHost
import Testing

@testable import Host

@Suite("The storage of a join method")
struct JoinStagedStorageTests {
  private let disk = MemoryStorage()
  private var storage: StagedStorage { StagedStorage(disk) }

  private func change(_ name: String, _ value: [UInt8]?) -> [RecordChange] {
    [RecordChange(name: name, value: value)]
  }

  @Test("is the agent's while nothing is held back")
  func through() throws {
    let storage = storage
    try storage.putAll(change("key", [1]))
    #expect(try disk.get("key") == [1] && storage.get("key") == [1])
    #expect(storage.release().isEmpty)
  }

  @Test("shows a method what it wrote, and nobody else, while a join is being finished")
  func held() throws {
    let storage = storage
    try storage.putAll(change("key", [1]) + change("old", [1]))
    storage.hold()
    try storage.putAll(change("key", [2]))
    try storage.putAll(change("old", nil) + change("empty", []))
    try storage.putAll(change("key", [3]))
    #expect(try storage.get("key") == [3] && storage.get("old") == nil)
    #expect(try storage.get("empty") == nil)
    #expect(try disk.get("key") == [1] && disk.get("old") == [1])
    let released = storage.release()
    #expect(released.map(\.name) == ["key", "old", "empty", "key"])
    #expect(try storage.get("key") == [1])
    try storage.putAll(released)
    #expect(try disk.get("key") == [3] && disk.get("old") == nil)
  }

  @Test("is of no use any more when the agent has ended")
  func closed() throws {
    let storage = storage
    storage.hold()
    storage.close()
    #expect(throws: RecordError.self) { try storage.get("key") }
    let error = #expect(throws: RecordError.self) { try storage.putAll(change("key", [1])) }
    #expect(error?.description == "the agent has ended")
    #expect(try disk.get("key") == nil)
  }
}
