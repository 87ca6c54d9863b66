import CLinux
import PluginHost
import Synchronization

/// Records that end with the process. Its own copies are zeroed when they are replaced or dropped; those
/// that `get` handed out are their holders' to zero.
final class MemoryStorage: RecordStorage {
  private let records = Mutex<[String: [UInt8]]>([:])

  init() {}

  deinit {
    records.withLock { records in
      for name in records.keys { Self.zero(&records[name]) }
    }
  }

  func get(_ name: String) throws(RecordError) -> [UInt8]? {
    try RecordName.check(name)
    return records.withLock { records in
      // A real copy: the storage's own must stay unshared, or zeroing would only zero a duplicate.
      records[name].flatMap { $0.isEmpty ? nil : $0.map { $0 } }
    }
  }

  func putAll(_ changes: [RecordChange]) throws(RecordError) {
    for change in changes { try RecordName.check(change.name) }
    records.withLock { records in
      for change in changes {
        Self.zero(&records[change.name])
        records[change.name] = change.value.map { $0.map { $0 } }
      }
    }
  }

  private static func zero(_ record: inout [UInt8]?) {
    record?.withUnsafeMutableBytes { tenon_zero($0.baseAddress, $0.count) }
  }
}
