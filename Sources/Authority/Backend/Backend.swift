/// Where the authority keeps everything it must not forget: small records with revisions.
public protocol Backend: Sendable {
  /// The record, or nil when there is none or it has expired.
  func get(_ key: String) async throws(BackendError) -> Record?
  /// Records whose key begins with `prefix`, by key, without expired ones.
  func list(_ prefix: String) async throws(BackendError) -> [Record]
  /// Checks every assertion and then makes every change, or makes none. Returns when durable.
  ///
  /// - Throws: ``BackendError/conflict(_:)`` with the key of the first assertion that did not hold.
  func commit(_ transaction: Transaction) async throws(BackendError)
  /// Frees the space of expired records. Reads never show them, so this is housekeeping alone.
  func removeExpired() async throws(BackendError)
}

/// One stored record.
public struct Record: Sendable, Equatable {
  public var key: String
  public var value: [UInt8]
  /// Changes with every write of the record.
  public var revision: UInt64
  /// Seconds since the epoch after which the record counts as absent.
  public var expires: Int64?
}

/// A set of changes that happen together.
public struct Transaction: Sendable {
  public enum Assertion: Sendable {
    case revision(String, UInt64)
    case absent(String)
    case present(String)
  }

  public struct Put: Sendable {
    public var key: String
    public var value: [UInt8]
    public var expires: Int64?
  }

  public var assertions: [Assertion] = []
  public var puts: [Put] = []
  public var deletes: [String] = []

  public init() {}

  public mutating func put(_ key: String, _ value: [UInt8], expires: Int64? = nil) {
    puts.append(Put(key: key, value: value, expires: expires))
  }
}

public enum BackendError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Somebody else changed the record in the meantime.
  case conflict(String)
  /// The store cannot do its work; the text says what to do.
  case failed(String)

  public var description: String {
    switch self {
    case .conflict(let key): "the record \(key) was changed by somebody else"
    case .failed(let reason): reason
    }
  }
}
