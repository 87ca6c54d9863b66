import PluginHost

/// A storage seen through a plugin's manifest: its own records and no other.
struct LimitedStorage: RecordStorage {
  private let storage: any RecordStorage
  private let records: Set<String>

  init(_ storage: any RecordStorage, records: [String]) {
    self.storage = storage
    self.records = Set(records)
  }

  func get(_ name: String) throws(RecordError) -> [UInt8]? {
    try check(name)
    return try storage.get(name)
  }

  func putAll(_ changes: [RecordChange]) throws(RecordError) {
    for change in changes { try check(change.name) }
    try storage.putAll(changes)
  }

  private func check(_ name: String) throws(RecordError) {
    try RecordName.check(name)
    guard records.contains(name) else {
      throw RecordError(
        message: "the plugin's manifest does not name the record \"\(name)\"",
        hint: "add it to \"records\" in the manifest")
    }
  }
}

extension RecordStorage {
  /// The part of the storage that a manifest's `records` open.
  func limited(to records: [String]) -> LimitedStorage {
    LimitedStorage(self, records: records)
  }
}
