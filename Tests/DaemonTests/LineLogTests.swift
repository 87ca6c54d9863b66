import Documents
import Foundation
import PluginHost
import Testing

@testable import Daemon

@Suite("A log")
struct LineLogTests {
  /// Noon of the last day of January 2026, and a bit.
  private struct Noon: HostClock {
    var wallNanoseconds: Int64 { 1_769_860_800_123_456_789 }
    var monotonicNanoseconds: UInt64 { 0 }
  }

  /// What `body` writes to a log.
  private func text(
    _ format: LineLog.Format = .text, isVerbose: Bool = false, _ body: (LineLog) -> Void
  ) throws -> String {
    let pipe = Pipe()
    body(
      LineLog(
        format: format, isVerbose: isVerbose,
        descriptor: pipe.fileHandleForWriting.fileDescriptor, clock: Noon()))
    try pipe.fileHandleForWriting.close()
    return String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  }

  @Test("is one line per event: time in UTC, level, message, fields")
  func text() throws {
    let text = try text {
      $0.info("identity renewed", [("bot", "robot"), ("cluster", "example test"), ("roles", "")])
      $0.warning("no heartbeat was sent")
      $0.error("giving up")
    }
    #expect(
      text == """
        2026-01-31T12:00:00.123Z  INFO  identity renewed  bot=robot  cluster="example test"  roles=""
        2026-01-31T12:00:00.123Z  WARN  no heartbeat was sent
        2026-01-31T12:00:00.123Z  ERROR  giving up

        """)
  }

  @Test("is one object per line as JSON, with the fields beside the message")
  func json() throws {
    let text = try text(.json) { $0.error("giving up\n", [("error", "a \"b\"\n")]) }
    #expect(text.filter { $0 == "\n" }.count == 1)
    let line = try JSON.parse(Array(text.utf8))
    #expect(
      line.members?.map(\.key) == ["timestamp", "level", "message", "error"])
    #expect(line["timestamp"]?.string == "2026-01-31T12:00:00.123Z")
    #expect(line["level"]?.string == "error" && line["message"]?.string == "giving up\n")
    #expect(line["error"]?.string == "a \"b\"\n")
  }

  @Test("leaves out what is for finding faults, unless that is asked for")
  func verbose() throws {
    #expect(try text { $0.debug("dialling") }.isEmpty)
    #expect(try text(isVerbose: true) { $0.debug("dialling") }.contains("  DEBUG  dialling\n"))
    #expect(!LineLog(format: .text).isEnabled(.debug) && LineLog(format: .text).isEnabled(.info))
  }

  @Test(
    "shows a text that would begin a line, steer a terminal or forge a field as what it is",
    arguments: [
      (
        "no\n2026-01-31T12:00:00.123Z  INFO  all is well",
        #""no 2026-01-31T12:00:00.123Z  INFO  all is well""#
      ),
      ("\u{1B}[2J", #""?[2J""#), ("\u{9B}2J", #""?2J""#), ("\u{202E}live", #""?live""#),
      (#"a"  level=INFO  b=""#, #""a\"  level=INFO  b=\"""#), (#"a\"#, #""a\\""#),
    ])
  func hostile(value: String, shown: String) throws {
    let text = try text { $0.error("refused", [("reason", value)]) }
    #expect(text == "2026-01-31T12:00:00.123Z  ERROR  refused  reason=\(shown)\n")
    let message = try self.text { $0.error(value) }
    #expect(message.unicodeScalars.filter { $0.value < 0x20 }.count == 1)
  }

  @Test(
    "knows leap days and the turn of the year",
    arguments: [
      (951_782_399_999_000_000, "2000-02-28T23:59:59.999Z"), (0, "1970-01-01T00:00:00.000Z"),
      (1_709_164_800_000_000_000, "2024-02-29T00:00:00.000Z"),
      (1_798_761_600_001_000_000, "2027-01-01T00:00:00.001Z"),
    ] as [(Int64, String)])
  func timestamps(nanoseconds: Int64, text: String) {
    #expect(LineLog.timestamp(nanoseconds) == text)
  }
}
