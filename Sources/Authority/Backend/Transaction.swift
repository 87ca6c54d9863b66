/// A set of changes that happen together.
struct Transaction: Sendable {
  enum Assertion: Sendable {
    case revision(String, UInt64)
    case absent(String)
    case present(String)
    /// No record below the prefix, a whole collection such as `/locks/`, has been written after the
    /// revision.
    case newest(String, UInt64)

    /// The record it speaks of, or the prefix.
    var key: String {
      switch self {
      case .revision(let key, _), .absent(let key), .present(let key), .newest(let key, _): key
      }
    }
  }

  struct Put: Sendable {
    var key: String
    var value: [UInt8]
    var expires: Int64?
  }

  var assertions: [Assertion] = []
  var puts: [Put] = []
  var deletes: [String] = []

  init() {}

  mutating func put(_ key: String, _ value: [UInt8], expires: Int64? = nil) {
    puts.append(Put(key: key, value: value, expires: expires))
  }
}
