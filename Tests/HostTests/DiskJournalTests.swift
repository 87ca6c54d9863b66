import Foundation
import PluginHost
import Testing

@testable import Host

/// Every call that a change of several records makes is made to fail, once and for good.
@Suite("Records that change together")
struct DiskJournalTests {
  typealias Records = [String: [UInt8]]
  private static let before: Records = ["key": [1], "old": [1], "state": [1]]
  private static let after: Records = ["fresh": [2], "key": [2], "state": [2]]
  private static let changes = [
    RecordChange(name: "key", value: [2]), RecordChange(name: "old", value: nil),
    RecordChange(name: "fresh", value: [2]), RecordChange(name: "state", value: [2]),
  ]
  private static let names = ["fresh", "key", "old", "state"]

  private func prepared(_ scratch: Scratch, faults: FaultPoint = .none) throws -> StorageDirectory {
    let path = scratch.path("storage")
    do {
      let storage = try StorageDirectory(path: path)
      try storage.putAll(
        Self.before.sorted { $0.key < $1.key }.map { RecordChange(name: $0.key, value: $0.value) })
    }
    return try StorageDirectory(path: path, faults: faults)
  }

  private func records(_ storage: any RecordStorage) throws -> Records {
    var records: Records = [:]
    for name in Self.names { records[name] = try storage.get(name) }
    return records
  }

  private func reopened(_ scratch: Scratch) throws -> Records {
    let storage = try StorageDirectory(path: scratch.path("storage"))
    let kept = Self.names + [".write-test", "lock"]
    let remains = scratch.everything(in: "storage").filter { !kept.contains($0) }
    #expect(remains.isEmpty)
    return try records(storage)
  }

  /// The calls of one change, behind those of opening.
  private func rehearse() throws -> (calls: Range<Int>, made: [(call: DiskCall, path: String)]) {
    let countdown = Countdown()
    let scratch = try Scratch()
    let storage = try prepared(scratch, faults: countdown.point)
    let opened = countdown.made.count
    try storage.putAll(Self.changes)
    #expect(
      scratch.everything(in: "storage") == [".write-test", "fresh", "key", "lock", "state"])
    return (opened..<countdown.made.count, Array(countdown.made[opened...]))
  }

  @Test("are all old or all new after the next start, whichever call was the last")
  func killed() throws {
    var outcomes: Set<Records> = []
    for last in try rehearse().calls {
      let scratch = try Scratch()
      do {
        let storage = try prepared(scratch, faults: Countdown(first: last).point)
        try? storage.putAll(Self.changes)
      }
      let found = try reopened(scratch)
      #expect(found == Self.before || found == Self.after, "after call \(last)")
      outcomes.insert(found)
    }
    #expect(outcomes.count == 2)
  }

  @Test("are all old or all new when the process that completes them is killed as well")
  func killedTwice() throws {
    let (calls, made) = try rehearse()
    let decided = try #require(made.firstIndex { $0.path.hasSuffix(RecordJournal.name) })
    var recoveries = 0
    for last in calls.dropFirst(decided) {
      for second in 0..<40 {
        let scratch = try Scratch()
        do {
          let storage = try prepared(scratch, faults: Countdown(first: last).point)
          try? storage.putAll(Self.changes)
        }
        let dying = Countdown(first: second)
        _ = try? StorageDirectory(path: scratch.path("storage"), faults: dying.point)
        let found = try reopened(scratch)
        #expect(found == Self.before || found == Self.after, "after \(last), then \(second)")
        recoveries += 1
        if dying.made.count < second { break }
      }
    }
    #expect(recoveries > 100)
  }

  @Test("are all old or all new when any one call fails, and no reader sees a mix meanwhile")
  func oneFault() throws {
    var refusals = 0
    for index in try rehearse().calls {
      let scratch = try Scratch()
      do {
        let full = Countdown(first: index, last: index, number: ENOSPC)
        let storage = try prepared(scratch, faults: full.point)
        var refusal: RecordError?
        do throws(RecordError) {
          try storage.putAll(Self.changes)
        } catch {
          refusal = error
        }
        let found = try records(storage)
        if let refusal {
          refusals += 1
          #expect(refusal.message.contains(scratch.path("storage")) && !refusal.hint.isEmpty)
          #expect(found == Self.before || found == Self.after, "call \(index)")
          if full.made[index].call == .write { #expect(found == Self.before) }
        } else {
          #expect(found == Self.after, "call \(index)")
        }
        // Whatever was left does not get in the way of the next change.
        try storage.putAll([
          RecordChange(name: "key", value: [3]), RecordChange(name: "state", value: [3]),
        ])
        #expect(try storage.get("key") == [3] && storage.get("state") == [3])
      }
      let found = try reopened(scratch)
      #expect(found["key"] == [3] && found["state"] == [3])
    }
    #expect(refusals > 15)
  }

  @Test("are durable before they are shown again, however many flushes in a row have failed")
  func shown() throws {
    let opening = Countdown()
    do { _ = try prepared(try Scratch(), faults: opening.point) }
    let opened = opening.made.count { $0.call == .flush }
    let flushes = try rehearse().made.count { $0.call == .flush }
    var refused = 0
    for first in opened..<opened + flushes {
      for last in first..<first + 4 {
        let scratch = try Scratch()
        let disk = Countdown(first: first, last: last, of: .flush)
        let storage = try prepared(scratch, faults: disk.point)
        guard (try? storage.putAll(Self.changes)) == nil else { continue }
        while (try? storage.get("key")) == nil { refused += 1 }
        let made = disk.made
        guard
          let changed = made.lastIndex(where: {
            [.rename, .remove].contains($0.call) && isRecord($0.path)
          })
        else { continue }
        let flushed = try #require(
          made.lastIndex { $0.call == .flush && $0.path.hasSuffix("/storage") })
        #expect(
          changed < flushed && made[...flushed].count { $0.call == .flush } > last + 1,
          "flushes \(first) to \(last)")
      }
    }
    #expect(refused > 5)
  }

  private func isRecord(_ path: String) -> Bool { !path.contains(Folder.temporaryPrefix) }

  @Test("are decided on only after everything that the decision relies on is durable")
  func order() throws {
    let made = try rehearse().made
    let decided = try #require(
      made.firstIndex { $0.call == .rename && $0.path.hasSuffix(RecordJournal.name) })
    let before = made[..<decided]
    for name in ["key", "fresh", "state", RecordJournal.name] {
      #expect(before.contains { $0.call == .flush && $0.path.hasSuffix("/\(name)") }, "\(name)")
    }
    let changed = try #require(made[(decided + 1)...].firstIndex { $0.call == .rename })
    let gone = try #require(
      made.lastIndex { $0.call == .remove && $0.path.hasSuffix(RecordJournal.name) })
    for range in [decided..<changed, changed..<gone, gone..<made.endIndex] {
      #expect(made[range].contains { $0.call == .flush && $0.path.hasSuffix("/storage") })
    }
  }

  @Test("leave no journal when there is one change only")
  func single() throws {
    let scratch = try Scratch()
    let trace = Countdown()
    let storage = try prepared(scratch, faults: trace.point)
    let opened = trace.made.count
    try storage.putAll([RecordChange(name: "key", value: [2])])
    let made = trace.made[opened...]
    #expect(made.allSatisfy { !$0.path.hasSuffix(RecordJournal.name) })
    #expect(try storage.get("key") == [2])
  }

  @Test(
    "stay as they are when the journal is something no agent wrote",
    arguments: [
      "", "{", "null", #"{"changes":1}"#, #"{"changes":[{"record":"key","staged":"old"}]}"#,
      #"{"changes":[{"record":"../key"}]}"#, #"{"changes":[{"record":".write-test"}]}"#,
      #"{"changes":[{"record":"key","staged":".tenon-tmp-/../state"}]}"#,
      #"{"changes":[{"record":"old"},{"record":"key","staged":7}]}"#,
    ])
  func garbage(text: String) throws {
    let scratch = try Scratch()
    do { _ = try prepared(scratch) }
    try scratch.write("storage/\(RecordJournal.name)", text)
    #expect(try reopened(scratch) == Self.before)
  }

  @Test("change none when a folder has the name of one of them")
  func folderInTheWay() throws {
    let scratch = try Scratch()
    let storage = try prepared(scratch)
    try FileManager.default.createDirectory(
      atPath: scratch.path("storage/fresh"), withIntermediateDirectories: false)
    let error = #expect(throws: RecordError.self) { try storage.putAll(Self.changes) }
    let text = try #require(error).description
    #expect(text.contains(scratch.path("storage/fresh")) && text.contains("move it away"))
    #expect(try storage.get("key") == [1] && storage.get("old") == [1])
    #expect(scratch.everything(in: "storage").filter { $0.hasPrefix(".tenon") }.isEmpty)
  }
}
