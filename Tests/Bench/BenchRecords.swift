import Glibc
import PluginHost
import Synchronization

/// The records of one lane, read from a storage folder once and kept in memory: the load is for the
/// authority, not for this side's disk.
final class BenchRecords: RecordStorage {
  private let records: Mutex<[String: [UInt8]]>

  init(folder: String) throws(BenchError) {
    guard let handle = opendir(folder) else { throw BenchError("\(folder) cannot be read") }
    defer { closedir(handle) }
    var found: [String: [UInt8]] = [:]
    while let entry = readdir(handle) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix("."), let bytes = Self.content("\(folder)/\(name)") {
        found[name] = bytes
      }
    }
    records = Mutex(found)
  }

  func get(_ name: String) throws(RecordError) -> [UInt8]? { records.withLock { $0[name] } }

  func putAll(_ changes: [RecordChange]) throws(RecordError) {
    records.withLock { records in
      for change in changes { records[change.name] = change.value }
    }
  }

  /// A file of at most 1 MiB, or nil.
  static func content(_ path: String) -> [UInt8]? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = fread(&bytes, 1, bytes.count, file)
    return ferror(file) == 0 ? Array(bytes.prefix(count)) : nil
  }
}
