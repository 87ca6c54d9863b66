/// Reads the data types of RFC 4251 section 5 from bytes of a stranger.
///
/// Every length is compared with what is left before anything is taken, and nothing is allocated for
/// a length that is only claimed.
struct SSHReader {
  private var rest: ArraySlice<UInt8>
  /// What is being read, for error texts.
  private let subject: String

  init(_ bytes: ArraySlice<UInt8>, of subject: String) {
    rest = bytes
    self.subject = subject
  }

  init(_ bytes: [UInt8], of subject: String) {
    self.init(bytes[...], of: subject)
  }

  var isAtEnd: Bool { rest.isEmpty }
  var remaining: ArraySlice<UInt8> { rest }

  mutating func take(_ count: Int, _ field: String) throws(CredentialError) -> ArraySlice<UInt8> {
    guard count >= 0, count <= rest.count else {
      throw CredentialError(
        .malformed,
        "\(subject) ends inside \(field): \(count) bytes wanted, \(rest.count) left")
    }
    let taken = rest.prefix(count)
    rest = rest.dropFirst(count)
    return taken
  }

  mutating func uint32(_ field: String) throws(CredentialError) -> UInt32 {
    try take(4, field).reduce(0) { ($0 << 8) | UInt32($1) }
  }

  mutating func uint64(_ field: String) throws(CredentialError) -> UInt64 {
    try take(8, field).reduce(0) { ($0 << 8) | UInt64($1) }
  }

  mutating func string(_ field: String) throws(CredentialError) -> ArraySlice<UInt8> {
    let count = try uint32(field)
    return try take(Int(count), field)
  }

  mutating func text(_ field: String) throws(CredentialError) -> String {
    let bytes = try string(field)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CredentialError(.malformed, "\(field) of \(subject) is not UTF-8")
    }
    return text
  }

  /// A non-negative mpint as its big-endian magnitude without leading zeros.
  mutating func magnitude(_ field: String) throws(CredentialError) -> [UInt8] {
    let bytes = try string(field)
    guard let first = bytes.first else { return [] }
    guard first & 0x80 == 0 else {
      throw CredentialError(.malformed, "\(field) of \(subject) is negative")
    }
    guard first != 0 else {
      let magnitude = bytes.dropFirst()
      guard let next = magnitude.first, next & 0x80 != 0 else {
        throw CredentialError(.malformed, "\(field) of \(subject) has superfluous zeros")
      }
      return Array(magnitude)
    }
    return Array(bytes)
  }

  func finish() throws(CredentialError) {
    guard rest.isEmpty else {
      throw CredentialError(.malformed, "\(subject) has \(rest.count) bytes after its end")
    }
  }
}
