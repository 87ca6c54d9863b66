import Foundation
import Testing

@testable import Authority

/// What the embedded store does with its file.
@Suite struct SQLiteBackendTests {
  private let folder: Folder
  private let clock = ManualClock()

  init() throws { folder = try Folder() }

  private func open(_ name: String = "records.sqlite") throws -> SQLiteBackend {
    let clock = clock
    return try SQLiteBackend(path: folder.file(name)) { clock.now }
  }

  private func refusal(_ name: String = "records.sqlite") throws -> String {
    do throws(BackendError) {
      let clock = clock
      _ = try SQLiteBackend(path: folder.file(name)) { clock.now }
    } catch {
      return error.description
    }
    Issue.record("the store opened")
    return ""
  }

  @Test func whatWasCommittedIsThereAfterReopening() async throws {
    do {
      let backend = try open()
      var transaction = Transaction(puts: [("/a/1", "one"), ("/a/2", "two"), ("/a/3", "")])
      transaction.put("/a/short", [0, 255], expires: clock.now + 10)
      try await backend.commit(transaction)
      try await backend.commit(Transaction(deletes: ["/a/2"]))
    }
    let backend = try open()
    #expect(backend.list("/a/").map(\.key) == ["/a/1", "/a/3", "/a/short"])
    #expect(backend.get("/a/short")?.value == [0, 255])
    clock.advance(10)
    #expect(backend.get("/a/short") == nil)
  }

  @Test func revisionsGoOnRisingAfterReopening() async throws {
    var last: UInt64 = 0
    do {
      let backend = try open()
      for _ in 0..<3 { try await backend.commit(Transaction(puts: [("/a/1", "x")])) }
      last = try await backend.revision("/a/1")
    }
    let backend = try open()
    #expect(try await backend.revision("/a/1") == last)
    await backend.expectConflict(on: "/a/1", Transaction(.revision("/a/1", last - 1)))
    try await backend.commit(Transaction(.revision("/a/1", last), puts: [("/a/1", "y")]))
    #expect(try await backend.revision("/a/1") > last)
  }

  @Test func aDeletedLastRecordDoesNotFreeItsRevisionForReuse() async throws {
    var last: UInt64 = 0
    do {
      let backend = try open()
      try await backend.commit(Transaction(puts: [("/a/1", "x"), ("/a/2", "x")]))
      last = max(try await backend.revision("/a/1"), try await backend.revision("/a/2"))
      try await backend.commit(Transaction(deletes: ["/a/1", "/a/2"]))
    }
    let backend = try open()
    try await backend.commit(Transaction(puts: [("/a/1", "y")]))
    #expect(try await backend.revision("/a/1") > last)
  }

  @Test func aCopyTakenWhileRunningHoldsEverythingThatWasCommitted() async throws {
    let backend = try open()
    for number in 0..<50 {
      try await backend.commit(Transaction(puts: [("/a/\(number)", "\(number)")]))
    }
    // What a machine that lost power would find: the files as they are, without an orderly close.
    for suffix in ["", "-wal"] {
      try FileManager.default.copyItem(
        atPath: folder.file("records.sqlite\(suffix)"), toPath: folder.file("copy.sqlite\(suffix)"))
    }
    let copy = try open("copy.sqlite")
    #expect(copy.list("/a/") == backend.list("/a/"))
    #expect(copy.list("/a/").count == 50)
  }

  @Test func aWriteAheadLogCutInTheMiddleKeepsWholeTransactionsOnly() async throws {
    let backend = try open()
    for number in 0..<20 {
      try await backend.commit(
        Transaction(puts: [("/a/\(number)", "x"), ("/b/\(number)", "x")]))
    }
    let log = try Data(contentsOf: URL(fileURLWithPath: folder.file("records.sqlite-wal")))
    for part in 1..<8 {
      let name = "cut\(part).sqlite"
      try FileManager.default.copyItem(
        atPath: folder.file("records.sqlite"), toPath: folder.file(name))
      try log.prefix(log.count * part / 8)
        .write(to: URL(fileURLWithPath: folder.file(name + "-wal")))
      let copy = try open(name)
      #expect(copy.list("/a/").count == copy.list("/b/").count)
    }
  }

  @Test func itsFilesAreForItsOwnerAlone() async throws {
    let backend = try open()
    try await backend.commit(Transaction(puts: [("/a/1", "x")]))
    for suffix in ["", "-wal", "-shm"] {
      #expect(try folder.mode("records.sqlite\(suffix)") == 0o600)
    }
  }

  @Test func aRestoredCopyThatOthersMayReadIsClosedToThem() async throws {
    let original = try open("original.sqlite")
    try await original.commit(Transaction(puts: [("/a/1", "x")]))
    try FileManager.default.copyItem(
      atPath: folder.file("original.sqlite"), toPath: folder.file("records.sqlite"))
    chmod(folder.file("records.sqlite"), 0o644)
    try await itsFilesAreForItsOwnerAlone()
  }

  @Test func aFileThatIsNoDatabaseIsRefusedInOneSentence() throws {
    try Data(repeating: 0x41, count: 8192)
      .write(to: URL(fileURLWithPath: folder.file("records.sqlite")))
    #expect(
      try refusal() == "cannot use \(folder.file("records.sqlite")): file is not a database; "
        + "the file is damaged or no database: restore it from a backup")
  }

  @Test func aDamagedDatabaseIsRefusedInOneSentence() async throws {
    do {
      let backend = try open()
      for number in 0..<200 {
        try await backend.commit(
          Transaction(puts: [("/a/\(number)", String(repeating: "x", count: 400))]))
      }
    }
    try SQLiteConnection(path: folder.file("records.sqlite")).run("PRAGMA wal_checkpoint(TRUNCATE)")
    let file = URL(fileURLWithPath: folder.file("records.sqlite"))
    var content = try Data(contentsOf: file)
    for offset in 4096..<content.count { content[offset] = 0xA5 }
    try content.write(to: file)
    let text = try refusal()
    #expect(text.contains("malformed"))
    #expect(text.hasSuffix("the file is damaged or no database: restore it from a backup"))
  }

  @Test func aFolderThatIsNotThereIsNamed() throws {
    #expect(
      try refusal("missing/records.sqlite")
        == "cannot use \(folder.file("missing/records.sqlite")): unable to open database file; "
        + "make the data directory writable for the user tenond runs as")
  }
}
