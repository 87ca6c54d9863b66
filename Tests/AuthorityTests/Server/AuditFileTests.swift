import Documents
import Foundation
import Synchronization
import Testing

@testable import Authority

/// The audit log on disk.
@Suite struct AuditFileTests {
  private let folder: Folder
  private let reports = Reports()

  private final class Reports: Sendable {
    private let texts = Mutex<[String]>([])
    var all: [String] { texts.withLock { $0 } }
    func add(_ text: String) { texts.withLock { $0.append(text) } }
  }

  init() throws { folder = try Folder() }

  private func open(_ name: String = "audit.jsonl") throws -> AuditFile {
    let reports = reports
    return try AuditFile(
      path: folder.file(name), now: { ManualClock.start }, report: { reports.add($0) })
  }

  @Test func everyEventIsOneLineOfJSONWithTimeAndNameInFront() throws {
    let audit = try open()
    audit.write("bot.join", [("token", .text("line\nbreak \"quoted\"")), ("success", .flag(true))])
    audit.write("lock.created", [])
    let text = try String(contentsOfFile: folder.file("audit.jsonl"), encoding: .utf8)
    #expect(
      text == """
        {"time":"2027-01-15T08:00:00Z","event":"bot.join","token":"line\\nbreak \\"quoted\\"",\
        "success":true}
        {"time":"2027-01-15T08:00:00Z","event":"lock.created"}

        """)
    #expect(try folder.mode("audit.jsonl") == 0o600)
    #expect(reports.all.isEmpty)
  }

  @Test func aRestartAppends() throws {
    for _ in 0..<3 { try open().write("start", []) }
    let text = try String(contentsOfFile: folder.file("audit.jsonl"), encoding: .utf8)
    #expect(text.split(separator: "\n").count == 3)
  }

  @Test func manyWritersNeverMixTheirLines() async throws {
    let audit = try open()
    await withTaskGroup(of: Void.self) { group in
      for writer in 0..<32 {
        group.addTask {
          for _ in 0..<20 {
            audit.write("x", [("text", .text(String(repeating: "\(writer)", count: 500)))])
          }
        }
      }
    }
    let text = try String(contentsOfFile: folder.file("audit.jsonl"), encoding: .utf8)
    let lines = text.split(separator: "\n")
    #expect(lines.count == 640)
    for line in lines { #expect(try JSON.parse(Array(line.utf8))["event"]?.string == "x") }
  }

  @Test func aLinkIsNotFollowed() throws {
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("audit.jsonl"), withDestinationPath: folder.file("elsewhere"))
    let error = #expect(throws: StartupError.self) { try open() }
    let start = "cannot open the audit log \(folder.file("audit.jsonl"))"
    #expect(error?.message.hasPrefix(start) == true)
    #expect(!FileManager.default.fileExists(atPath: folder.file("elsewhere")))
  }

  @Test func lostLinesAreReportedOnce() throws {
    let reports = reports
    let audit = try AuditFile(path: "/dev/full", now: { 0 }, report: { reports.add($0) })
    for _ in 0..<3 { audit.write("x", []) }
    #expect(
      reports.all == [
        "the audit log /dev/full loses lines: No space left on device; free some disk space"
      ])
  }

  private func lines(_ name: String) throws -> [String] {
    try String(contentsOfFile: folder.file(name), encoding: .utf8).split(separator: "\n")
      .map { try #require(try JSON.parse(Array($0.utf8))["event"]?.string) }
  }

  @Test func aFileThatWasRenamedIsBegunAnew() throws {
    let audit = try open()
    audit.write("first", [])
    let (path, old) = (folder.file("audit.jsonl"), folder.file("audit.jsonl.1"))
    try FileManager.default.moveItem(atPath: path, toPath: old)
    audit.write("second", [])
    try FileManager.default.removeItem(atPath: path)
    audit.write("third", [])
    #expect(try lines("audit.jsonl.1") == ["first"])
    #expect(try lines("audit.jsonl") == ["third"])
    #expect(try folder.mode("audit.jsonl") == 0o600)
    #expect(reports.all.isEmpty)
  }

  @Test func aFileThatWasEmptiedGoesOnFromItsStart() throws {
    let audit = try open()
    audit.write("first", [])
    #expect(truncate(folder.file("audit.jsonl"), 0) == 0)
    audit.write("second", [])
    #expect(try lines("audit.jsonl") == ["second"])
  }

  @Test func aNameThatIsTakenIsReportedUntilItIsFree() throws {
    let audit = try open()
    let path = folder.file("audit.jsonl")
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    for _ in 0..<2 { audit.write("lost", []) }
    try FileManager.default.removeItem(atPath: path)
    audit.write("kept", [])
    #expect(
      reports.all == [
        "the audit log \(path) loses lines: Is a directory; make room for a file of that name",
        "the audit log \(path) works again",
      ])
    #expect(try lines("audit.jsonl") == ["kept"])
  }
}
