import Documents
import Glibc
public import PluginHost

/// Log lines of a program, one `write` each, as text or as JSON.
///
/// Text: `2026-01-31T12:00:00.123Z  WARN  message  key=value`. JSON: one object per line with
/// `timestamp`, `level`, `message` and the fields.
public struct LineLog: PluginLog {
  public enum Format: String, Sendable, CaseIterable { case text, json }

  private let format: Format
  private let lowest: PluginLogLevel
  private let descriptor: Int32
  private let clock: any HostClock

  /// - Parameter descriptor: where lines go, standard error unless told; stays the caller's.
  public init(
    format: Format, isVerbose: Bool = false, descriptor: Int32 = 2,
    clock: any HostClock = SystemClock()
  ) {
    self.format = format
    lowest = isVerbose ? .debug : .info
    self.descriptor = descriptor
    self.clock = clock
  }

  public func isEnabled(_ level: PluginLogLevel) -> Bool { level.rawValue >= lowest.rawValue }

  public func write(
    _ level: PluginLogLevel, _ message: String, _ fields: [(key: String, value: String)]
  ) {
    guard isEnabled(level) else { return }
    let time = Self.timestamp(clock.wallNanoseconds)
    var line: [UInt8]
    switch format {
    case .text:
      let details = fields.map { "  \($0.key)=\(Self.word($0.value))" }.joined()
      line = Array("\(time)  \(level.word)  \(message.printable)\(details)".utf8)
    case .json:
      line = JSON.serialize(
        .object(
          [
            ("timestamp", .text(time)), ("level", .text(level.word.lowercased())),
            ("message", .text(message)),
          ] + fields.map { ($0.key, .text($0.value)) }))
    }
    line.append(UInt8(ascii: "\n"))
    line.withUnsafeBytes { _ = Glibc.write(descriptor, $0.baseAddress, $0.count) }
  }

  public func info(_ message: String, _ fields: [(key: String, value: String)] = []) {
    write(.info, message, fields)
  }

  public func warning(_ message: String, _ fields: [(key: String, value: String)] = []) {
    write(.warning, message, fields)
  }

  public func error(_ message: String, _ fields: [(key: String, value: String)] = []) {
    write(.error, message, fields)
  }

  public func debug(_ message: String, _ fields: [(key: String, value: String)] = []) {
    write(.debug, message, fields)
  }

  /// A field's value: bare when it is one plain word, else in double quotes with those inside escaped.
  private static func word(_ value: String) -> String {
    let isPlain =
      !value.isEmpty
      && value.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != 0x22 && $0 != 0x5c }
    if isPlain { return value }
    var quoted = "\""
    for scalar in value.printable.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { quoted += "\\" }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }

  /// RFC 3339 in UTC with milliseconds.
  public static func timestamp(_ nanoseconds: Int64) -> String {
    var seconds = time_t(nanoseconds / 1_000_000_000)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    func padded(_ number: some BinaryInteger, _ width: Int) -> String {
      let text = String(number)
      return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }
    let date = "\(parts.tm_year + 1900)-\(padded(parts.tm_mon + 1, 2))-\(padded(parts.tm_mday, 2))"
    let time = "\(padded(parts.tm_hour, 2)):\(padded(parts.tm_min, 2)):\(padded(parts.tm_sec, 2))"
    return "\(date)T\(time).\(padded(nanoseconds / 1_000_000 % 1000, 3))Z"
  }
}

extension PluginLogLevel {
  /// Four letters or five, as text lines show it.
  fileprivate var word: String {
    switch self {
    case .debug: "DEBUG"
    case .info: "INFO"
    case .warning: "WARN"
    case .error: "ERROR"
    }
  }
}
