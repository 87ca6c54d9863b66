import Testing

@testable import Authority

/// The backends that must all behave alike.
enum BackendKind: String, CaseIterable, CustomTestStringConvertible {
  case memory, sqlite

  var testDescription: String { rawValue }

  func make(_ folder: Folder, _ clock: ManualClock) throws -> any Backend {
    switch self {
    case .memory: MemoryBackend { clock.now }
    case .sqlite: try SQLiteBackend(path: folder.file("records.sqlite")) { clock.now }
    }
  }
}

extension Transaction {
  init(_ assertions: Assertion..., puts: [(String, String)] = [], deletes: [String] = []) {
    self.init()
    self.assertions = assertions
    for (key, value) in puts { put(key, Array(value.utf8)) }
    self.deletes = deletes
  }
}

extension Backend {
  func text(_ key: String) async throws -> String? {
    try await get(key).map { String(decoding: $0.value, as: UTF8.self) }
  }

  func revision(_ key: String) async throws -> UInt64 { try #require(try await get(key)).revision }

  func expectConflict(
    on key: String, _ transaction: Transaction, sourceLocation: SourceLocation = #_sourceLocation
  ) async {
    do throws(BackendError) {
      try await commit(transaction)
      Issue.record("no conflict", sourceLocation: sourceLocation)
    } catch {
      #expect(error == .conflict(key), sourceLocation: sourceLocation)
    }
  }
}
