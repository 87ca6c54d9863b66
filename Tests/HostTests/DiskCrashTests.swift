import Foundation
import PluginHost
import Synchronization
import Testing

@testable import Host

/// Every call that a write makes is made to fail, once and for good.
@Suite("A destination whose disk fails or whose writer is killed")
struct DiskCrashTests {
  typealias Files = [String: String]
  static let old = DiskDestinationTests.old
  static let new = DiskDestinationTests.new

  /// What a file system may lack.
  enum Lack: CaseIterable, CustomTestStringConvertible {
    case nothing, secondNames, exchange

    func verdict(_ call: DiskCall) -> Int32 {
      switch self {
      case .secondNames where call == .link: EPERM
      case .exchange where call == .exchange: EINVAL
      default: 0
      }
    }

    var testDescription: String {
      switch self {
      case .nothing: "that can do everything"
      case .secondNames: "on which files have one name"
      case .exchange: "on which files cannot change places"
      }
    }
  }

  /// A destination with an old set (or with a foreign file only), and how many calls a write makes.
  private func prepare(_ scratch: Scratch, isFirst: Bool) throws -> (path: String, before: Files) {
    let path = scratch.path("out")
    if isFirst {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
      try scratch.write("out/b", "foreign b")
      return (path, ["b": "foreign b"])
    }
    try DirectoryDestination(path: path).writeAll(DiskDestinationTests.artifacts(Self.old))
    return (path, Self.old)
  }

  private func point(_ countdown: Countdown, _ lack: Lack) -> FaultPoint {
    FaultPoint { call, path in
      let lacking = call == .link && path.hasSuffix("next") ? 0 : lack.verdict(call)
      let verdict = countdown.point.verdict(call, path)
      return verdict != 0 ? verdict : lacking
    }
  }

  private func rehearse(isFirst: Bool, _ lack: Lack) throws -> Int {
    let scratch = try Scratch()
    let (path, _) = try prepare(scratch, isFirst: isFirst)
    let countdown = Countdown()
    try DirectoryDestination(path: path, faults: point(countdown, lack))
      .writeAll(DiskDestinationTests.artifacts(Self.new))
    #expect(DiskDestinationTests.plain(scratch, "out") == Self.new)
    return countdown.made.count
  }

  @Test(
    "holds the old set or the new after the next start, whichever call was the last",
    arguments: [false, true], Lack.allCases)
  func killed(isFirst: Bool, lack: Lack) throws {
    let calls = try rehearse(isFirst: isFirst, lack)
    #expect(calls > 50)
    var outcomes: Set<Files> = []
    for last in 0..<calls {
      let scratch = try Scratch()
      let (path, before) = try prepare(scratch, isFirst: isFirst)
      let dead = Countdown(first: last)
      try? DirectoryDestination(path: path, faults: point(dead, lack))
        .writeAll(DiskDestinationTests.artifacts(Self.new))
      try DirectoryDestination(path: path).check()
      let after = DiskDestinationTests.plain(scratch, "out")
      #expect(after == before || after == Self.new, "after call \(last)")
      outcomes.insert(after)
      try expectNoRemains(scratch)
      // Nothing that was left behind is in the way of the next set.
      try DirectoryDestination(path: path).writeAll(
        DiskDestinationTests.artifacts(["z": "last"]))
      #expect(scratch.text("out/z") == "last" && scratch.text("out/a") == nil)
    }
    #expect(outcomes.count == 2)
  }

  @Test(
    "holds the old set at once when any one call fails, and says so, or the new",
    arguments: [false, true], [Lack.nothing, .secondNames])
  func oneFault(isFirst: Bool, lack: Lack) throws {
    let calls = try rehearse(isFirst: isFirst, lack)
    var refusals = 0
    for index in 0..<calls {
      let scratch = try Scratch()
      let (path, before) = try prepare(scratch, isFirst: isFirst)
      let faulty = Countdown(first: index, last: index)
      let destination = DirectoryDestination(path: path, faults: point(faulty, lack))
      do throws(RecordError) {
        try destination.writeAll(DiskDestinationTests.artifacts(Self.new))
        #expect(DiskDestinationTests.plain(scratch, "out") == Self.new, "call \(index)")
      } catch {
        refusals += 1
        #expect(DiskDestinationTests.plain(scratch, "out") == before, "call \(index): \(error)")
        let place = try #require(faulty.made.dropFirst(index).first?.path)
        #expect(error.message.contains(path) || error.message.contains("\(place):"))
        #expect(!error.hint.isEmpty)
      }
      try DirectoryDestination(path: path).check()
      try expectNoRemains(scratch)
    }
    #expect(refusals > calls / 2)
  }

  @Test("keeps its old set on a full disk, and says which file had no room and what to do")
  func fullDisk() throws {
    let scratch = try Scratch()
    let (path, before) = try prepare(scratch, isFirst: false)
    let left = scratch.everything(in: "out")
    let error = #expect(throws: RecordError.self) {
      try DirectoryDestination(path: path, faults: .always(.write, ENOSPC))
        .writeAll(DiskDestinationTests.artifacts(Self.new))
    }
    let text = try #require(error).description
    #expect(text.hasPrefix("cannot write \(path)/a: no space left on device; free some space"))
    #expect(DiskDestinationTests.plain(scratch, "out") == before)
    #expect(scratch.everything(in: "out") == left)
  }

  @Test("decides on a set only after every file and folder of it is durable")
  func order() throws {
    let scratch = try Scratch()
    let (path, _) = try prepare(scratch, isFirst: false)
    let trace = Countdown()
    try DirectoryDestination(path: path, faults: trace.point)
      .writeAll(DiskDestinationTests.artifacts(Self.new))
    let made = trace.made
    let decided = try #require(made.firstIndex { $0.call == .rename && $0.path.hasSuffix("/next") })
    let flushed = made[..<decided].filter { $0.call == .flush }.map(\.path)
    let needed = [
      "a", "added", "b", "sub/c", ".tenon/2", ".tenon/2/sub", ".tenon/2.links", ".tenon",
    ]
    for file in needed {
      #expect(flushed.contains("\(path)/\(file)"), "\(file)")
    }
    let first = try #require(made.firstIndex { $0.call == .exchange })
    #expect(made[decided..<first].contains { $0.call == .flush && $0.path == "\(path)/.tenon" })
    let done = try #require(made.firstIndex { $0.call == .rename && $0.path.hasSuffix("/current") })
    let published = made[first..<done].filter { $0.call == .flush }.map(\.path)
    #expect(Set(published) == [path, "\(path)/sub"])
  }

  private func expectNoRemains(_ scratch: Scratch) throws {
    let hidden = scratch.everything(in: "out").filter {
      $0.contains(".tenon-tmp") || $0.contains(".links") || $0.hasSuffix("/next")
    }
    #expect(hidden.isEmpty)
    #expect(scratch.everything(in: "out/.tenon").filter { Int($0) != nil }.count <= 2)
  }
}
