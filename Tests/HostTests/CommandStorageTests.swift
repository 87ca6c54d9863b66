import Foundation
import PluginHost
import Testing

@testable import Host

@Suite("The storage of a plugin's command")
struct CommandStorageTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private var storage: CommandStorage {
    CommandStorage(.directory(path: scratch.path("storage"), symlinks: .trySecure))
  }

  @Test("is not made by looking into it")
  func absent() throws {
    #expect(try storage.get("key") == nil)
    #expect(scratch.everything(in: ".").isEmpty)
  }

  @Test("is made and locked by the first write, and holds what was written")
  func written() throws {
    let storage = storage
    try storage.putAll([RecordChange(name: "key", value: [1])])
    #expect(try storage.get("key") == [1] && scratch.mode("storage/key") == 0o600)
    let error = #expect(throws: RecordError.self) { try self.storage.get("key") }
    #expect(error?.message.contains("another agent (process \(getpid()), ") == true)
    #expect(error?.hint.isEmpty == false)
  }

  @Test("in memory is one storage from the first word to the last")
  func memory() throws {
    let storage = CommandStorage(.memory)
    try storage.putAll([RecordChange(name: "key", value: [1])])
    #expect(try storage.get("key") == [1])
  }
}
