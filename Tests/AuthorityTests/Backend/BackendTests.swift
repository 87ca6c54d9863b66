import Testing

@testable import Authority

/// What every backend does, whichever it is.
@Suite struct BackendTests {
  private let folder: Folder
  private let clock = ManualClock()

  init() throws { folder = try Folder() }

  @Test("a record that was put can be read back", arguments: BackendKind.allCases)
  func reads(_ kind: BackendKind) async throws {
    let backend = try kind.make(folder, clock)
    #expect(try await backend.get("/a/1") == nil)
    try await backend.commit(Transaction(puts: [("/a/1", "one"), ("/a/empty", "")]))
    #expect(try await backend.text("/a/1") == "one")
    #expect(try await backend.get("/a/1")?.expires == nil)
    #expect(try await backend.text("/a/empty") == "")
  }

  @Test("a list has the records of its prefix alone, by key", arguments: BackendKind.allCases)
  func lists(_ kind: BackendKind) async throws {
    let backend = try kind.make(folder, clock)
    try await backend.commit(
      Transaction(puts: [
        ("/a/2", ""), ("/a/1", ""), ("/ab/1", ""), ("/a/1/x", ""), ("/a", ""), ("/b/1", ""),
      ]))
    #expect(try await backend.list("/a/").map(\.key) == ["/a/1", "/a/1/x", "/a/2"])
    #expect(try await backend.list("/a/1/").map(\.key) == ["/a/1/x"])
    #expect(try await backend.list("/c/").isEmpty)
  }

  @Test("compare-and-swap lets one of two writers win", arguments: BackendKind.allCases)
  func comparesAndSwaps(_ kind: BackendKind) async throws {
    let backend = try kind.make(folder, clock)
    try await backend.commit(Transaction(puts: [("/a/1", "one")]))
    let seen = try await backend.revision("/a/1")
    try await backend.commit(Transaction(.revision("/a/1", seen), puts: [("/a/1", "two")]))
    await backend.expectConflict(
      on: "/a/1", Transaction(.revision("/a/1", seen), puts: [("/a/1", "three")]))
    #expect(try await backend.text("/a/1") == "two")
    await backend.expectConflict(
      on: "/a/gone", Transaction(.revision("/a/gone", seen), puts: [("/a/gone", "x")]))
  }

  @Test("absent and present are asserted at the commit", arguments: BackendKind.allCases)
  func assertsPresence(_ kind: BackendKind) async throws {
    let backend = try kind.make(folder, clock)
    await backend.expectConflict(on: "/a/1", Transaction(.present("/a/1"), puts: [("/a/2", "")]))
    try await backend.commit(Transaction(.absent("/a/1"), puts: [("/a/1", "one")]))
    await backend.expectConflict(on: "/a/1", Transaction(.absent("/a/1"), puts: [("/a/1", "two")]))
    try await backend.commit(Transaction(.present("/a/1"), puts: [("/a/2", "")]))
    #expect(try await backend.text("/a/1") == "one")
  }

  @Test("a record made or changed below a prefix is noticed", arguments: BackendKind.allCases)
  func assertsThatNothingIsNewer(_ kind: BackendKind) async throws {
    let backend = try kind.make(folder, clock)
    let nothing = Transaction(.newest("/a/", 0), puts: [("/b/1", "")])
    try await backend.commit(nothing)
    try await backend.commit(Transaction(puts: [("/a/1", "one"), ("/a/2", "two")]))
    await backend.expectConflict(on: "/a/", nothing)
    let seen = try await backend.revision("/a/2")
    try await backend.commit(
      Transaction(.newest("/a/", seen), puts: [("/ab/1", ""), ("/b/2", "")]))
    // What is gone or has ended is not there to be new.
    try await backend.commit(Transaction(.newest("/a/", seen), deletes: ["/a/2"]))
    var brief = Transaction(.newest("/a/", seen))
    brief.put("/a/3", [], expires: clock.now + 10)
    try await backend.commit(brief)
    await backend.expectConflict(on: "/a/", Transaction(.newest("/a/", seen)))
    clock.advance(10)
    try await backend.commit(Transaction(.newest("/a/", seen), puts: [("/a/1", "changed")]))
    await backend.expectConflict(on: "/a/", Transaction(.newest("/a/", seen)))
  }

  @Test func whatIsAboutToBeWrittenInTheSameBatchCounts() {
    var table = RecordTable()
    table.load(Record(key: "/a/1", value: [], revision: 7))
    let check = Transaction(.newest("/a/", 7))
    let lock = Transaction(puts: [("/a/2", "")]).changes(after: 7)
    #expect(table.conflict(check, now: clock.now) == nil)
    #expect(table.conflict(check, pending: lock, now: clock.now) == "/a/")
    let removal = Transaction(deletes: ["/a/1"]).changes(after: 7)
    #expect(table.conflict(check, pending: removal, now: clock.now) == nil)
    let other = Transaction(puts: [("/b/2", "")]).changes(after: 7)
    #expect(table.conflict(check, pending: other, now: clock.now) == nil)
  }

  @Test(
    "the first assertion that fails is named, and nothing is changed",
    arguments: BackendKind.allCases)
  func allOrNothing(_ kind: BackendKind) async throws {
    let backend = try kind.make(folder, clock)
    try await backend.commit(Transaction(puts: [("/a/1", "one"), ("/a/2", "two")]))
    await backend.expectConflict(
      on: "/a/3",
      Transaction(
        .present("/a/1"), .present("/a/3"), .absent("/a/1"),
        puts: [("/a/1", "changed"), ("/a/4", "new")], deletes: ["/a/2"]))
    #expect(try await backend.text("/a/1") == "one")
    #expect(try await backend.text("/a/2") == "two")
    #expect(try await backend.get("/a/4") == nil)
  }

  @Test(
    "one transaction deletes and puts, and a put wins over a delete of the same key",
    arguments: BackendKind.allCases)
  func deletesAndPuts(_ kind: BackendKind) async throws {
    let backend = try kind.make(folder, clock)
    try await backend.commit(Transaction(puts: [("/a/1", "one"), ("/a/2", "two")]))
    try await backend.commit(
      Transaction(puts: [("/a/3", "three"), ("/a/2", "again")], deletes: ["/a/1", "/a/2", "/a/9"]))
    #expect(try await backend.list("/a/").map(\.key) == ["/a/2", "/a/3"])
    #expect(try await backend.text("/a/2") == "again")
  }

  @Test(
    "every write gives a record a higher revision than any record had",
    arguments: BackendKind.allCases)
  func revisionsRise(_ kind: BackendKind) async throws {
    let backend = try kind.make(folder, clock)
    var last: UInt64 = 0
    for _ in 0..<5 {
      try await backend.commit(Transaction(puts: [("/a/1", "same"), ("/b/1", "same")]))
      let (a, b) = (try await backend.revision("/a/1"), try await backend.revision("/b/1"))
      #expect(a > last && b > last && a != b)
      last = max(a, b)
    }
  }

  @Test(
    "a record written, deleted and written again never has its old revision",
    arguments: BackendKind.allCases)
  func revisionsAreNotReused(_ kind: BackendKind) async throws {
    let backend = try kind.make(folder, clock)
    try await backend.commit(Transaction(puts: [("/a/1", "one")]))
    let first = try await backend.revision("/a/1")
    try await backend.commit(Transaction(deletes: ["/a/1"]))
    try await backend.commit(Transaction(puts: [("/a/1", "two")]))
    #expect(try await backend.revision("/a/1") > first)
  }

  @Test(
    "an expired record is absent for reads, lists and assertions",
    arguments: BackendKind.allCases)
  func expiry(_ kind: BackendKind) async throws {
    let backend = try kind.make(folder, clock)
    var transaction = Transaction(puts: [("/a/stays", "")])
    transaction.put("/a/goes", [1], expires: clock.now + 10)
    try await backend.commit(transaction)
    clock.advance(9)
    let revision = try await backend.revision("/a/goes")
    clock.advance(1)
    #expect(try await backend.get("/a/goes") == nil)
    #expect(try await backend.list("/a/").map(\.key) == ["/a/stays"])
    await backend.expectConflict(on: "/a/goes", Transaction(.present("/a/goes")))
    await backend.expectConflict(on: "/a/goes", Transaction(.revision("/a/goes", revision)))
    try await backend.commit(Transaction(.absent("/a/goes"), puts: [("/a/goes", "again")]))
    #expect(try await backend.text("/a/goes") == "again")
  }

  @Test("removing expired records leaves the living ones", arguments: BackendKind.allCases)
  func removesExpired(_ kind: BackendKind) async throws {
    let backend = try kind.make(folder, clock)
    var transaction = Transaction(puts: [("/a/forever", "")])
    transaction.put("/a/short", [1], expires: clock.now + 10)
    transaction.put("/a/long", [1], expires: clock.now + 100)
    try await backend.commit(transaction)
    clock.advance(50)
    try await backend.removeExpired()
    try await backend.removeExpired()
    #expect(try await backend.list("/a/").map(\.key) == ["/a/forever", "/a/long"])
  }

  @Test(
    "many writers at once each get their turn, and no increment is lost",
    arguments: BackendKind.allCases)
  func concurrentCommits(_ kind: BackendKind) async throws {
    let backend = try kind.make(folder, clock)
    try await backend.commit(Transaction(puts: [("/n/shared", "0")]))
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<64 {
        group.addTask {
          try await backend.commit(
            Transaction(.absent("/n/\(writer)"), puts: [("/n/\(writer)", "x")]))
          while true {
            let record = try #require(try await backend.get("/n/shared"))
            let count = try #require(Int(String(decoding: record.value, as: UTF8.self)))
            do throws(BackendError) {
              return try await backend.commit(
                Transaction(
                  .revision("/n/shared", record.revision), puts: [("/n/shared", "\(count + 1)")]))
            } catch {
              #expect(error == .conflict("/n/shared"))
            }
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try await backend.text("/n/shared") == "64")
    let records = try await backend.list("/n/")
    #expect(records.count == 65)
    #expect(Set(records.map(\.revision)).count == 65)
  }
}
