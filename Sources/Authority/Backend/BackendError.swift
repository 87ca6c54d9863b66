/// Why a store did not do what it was asked.
enum BackendError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Somebody else changed the record in the meantime.
  case conflict(String)
  /// The store cannot do its work; the text says what to do.
  case failed(String)

  var description: String {
    switch self {
    case .conflict(let key): "the record \(key) was changed by somebody else"
    case .failed(let reason): reason
    }
  }
}
