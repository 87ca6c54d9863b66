import PluginHost
import Synchronization

/// A log that remembers.
final class RememberingLog: PluginLog {
  struct Line: Sendable, Equatable {
    var level: PluginLogLevel
    var message: String
    var fields: [String]
  }

  private let seen = Mutex<[Line]>([])
  var lines: [Line] { seen.withLock { $0 } }

  func isEnabled(_ level: PluginLogLevel) -> Bool { level != .debug }

  func write(_ level: PluginLogLevel, _ message: String, _ fields: [(key: String, value: String)]) {
    let line = Line(level: level, message: message, fields: fields.map { "\($0.key)=\($0.value)" })
    seen.withLock { $0.append(line) }
  }
}

/// Records that last as long as the test, or fail every time.
final class TestRecords: RecordStorage {
  private let records: Mutex<[String: [UInt8]]>
  private let failure: RecordError?

  init(_ records: [String: [UInt8]] = [:], failure: RecordError? = nil) {
    self.records = Mutex(records)
    self.failure = failure
  }

  var all: [String: [UInt8]] { records.withLock { $0 } }

  func get(_ name: String) throws(RecordError) -> [UInt8]? {
    if let failure { throw failure }
    return records.withLock { $0[name] }
  }

  func putAll(_ changes: [RecordChange]) throws(RecordError) {
    if let failure { throw failure }
    records.withLock { records in
      for change in changes { records[change.name] = change.value }
    }
  }
}

/// Counts up from one, in pieces of at most `longest` bytes; nothing at all when that is 0.
struct CountingRandom: RandomSource {
  var longest = 7

  func bytes(_ count: Int) -> [UInt8] {
    (0..<min(count, longest)).map { UInt8(truncatingIfNeeded: $0 + 1) }
  }
}

struct StoppedClock: HostClock {
  var wallNanoseconds: Int64 { 1_700_000_000_000_000_001 }
  var monotonicNanoseconds: UInt64 { .max }
}

final class RememberingEvents: InstanceEvents {
  private let seen = Mutex<[String]>([])
  var lines: [String] { seen.withLock { $0 } }

  func health(isHealthy: Bool?, reason: String) {
    seen.withLock { $0.append("healthy \(isHealthy.map(String.init) ?? "not yet"): \(reason)") }
  }

  func requestRenewal() { seen.withLock { $0.append("renew") } }
}
