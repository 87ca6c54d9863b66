import Glibc

/// A join URI taken apart: `tbot+<kind>+<method>://<token>[:<parameter>]@<host>:<port>`.
///
/// The generic syntax is that of RFC 3986, of which only what a join URI needs is accepted: user
/// information, a host name or an IP address, a port, and no path but `/`.
struct JoinURI: Sendable, Equatable {
  /// Which address the URI gives.
  enum Kind: String, Sendable, CaseIterable { case proxy, auth }

  var kind: Kind
  /// The join method in a spelling that a URI scheme allows, lower case.
  var method: String
  /// Decoded, not empty. Never shown.
  var token: String
  /// Decoded; nil when there is none. Never shown.
  var parameter: String?
  /// `host:port`, with brackets around an IPv6 address.
  var address: String

  /// Longer texts are refused.
  static let maxBytes = 4096
  static let shape = "tbot+proxy+METHOD://TOKEN[:PARAMETER]@HOST:PORT"

  /// Why a text is no join URI. Quotes nothing behind the scheme, where secrets are.
  struct Refusal: Error, Sendable, Equatable {
    var message: String
    /// What to do about it.
    var hint: String
  }

  init(_ text: String) throws(Refusal) {
    let bytes = Array(text.utf8)
    guard bytes.count <= Self.maxBytes else {
      throw Refusal(
        message: "the URI has \(bytes.count) bytes, at most \(Self.maxBytes) are read",
        hint: "write \(Self.shape)")
    }
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
      bytes[colon...].starts(with: Array("://".utf8))
    else { throw Self.scheme }
    let parts = bytes[..<colon].split(
      separator: UInt8(ascii: "+"), omittingEmptySubsequences: false
    )
    .map { String(decoding: $0, as: UTF8.self).lowercased() }
    guard parts.count == 3, parts[0] == "tbot", parts.allSatisfy(Self.isSchemeWord) else {
      throw Self.scheme
    }
    guard let kind = Kind(rawValue: parts[1]) else {
      let kinds = Kind.allCases.map(\.rawValue).joined(separator: ", ")
      throw Refusal(
        message: "address kind must be one of \(kinds), not \"\(parts[1])\"",
        hint: "begin with tbot+proxy+ or tbot+auth+")
    }
    self.kind = kind
    method = parts[2]
    let authority = try Self.authority(bytes[(colon + 3)...])
    guard let at = authority.firstIndex(of: UInt8(ascii: "@")) else { throw Self.tokenMissing }
    let user = authority[..<at].split(
      separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
    token = try Self.decoded(user[0], "token")
    if token.isEmpty { throw Self.tokenMissing }
    let word = user.count > 1 ? try Self.decoded(user[1], "parameter") : ""
    parameter = word.isEmpty ? nil : word
    address = try Self.address(authority[(at + 1)...])
  }

  /// What stands between `//` and the path.
  private static func authority(_ rest: ArraySlice<UInt8>) throws(Refusal) -> ArraySlice<UInt8> {
    let ends = Array("/?#".utf8)
    let authority = rest.prefix { !ends.contains($0) }
    let after = rest[authority.endIndex...]
    guard after.isEmpty || after.elementsEqual("/".utf8) else {
      throw Refusal(
        message: "the URI goes on behind the address",
        hint: "end it with HOST:PORT; in token and parameter write / as %2F, ? as %3F and # as %23")
    }
    return authority
  }

  /// A part of the user information without its percent-encoding.
  private static func decoded(
    _ bytes: ArraySlice<UInt8>, _ what: String
  ) throws(Refusal) -> String {
    var decoded: [UInt8] = []
    var rest = bytes
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%") {
        guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit)
        else {
          throw Refusal(
            message: "the \(what) has a % that two hexadecimal digits do not follow",
            hint: "write a plain % as %25")
        }
        decoded.append(high << 4 | low)
      } else if isUserInformation(byte) {
        decoded.append(byte)
      } else {
        throw Refusal(
          message: "the \(what) has a character that must be percent-encoded",
          hint: "write every other than a letter or digit as % and two hexadecimal digits")
      }
    }
    guard let text = String(validating: decoded, as: UTF8.self),
      !decoded.contains(where: { $0 < 0x20 || $0 == 0x7F })
    else {
      throw Refusal(
        message: "the \(what) is no text when it is decoded",
        hint: "percent-encode the bytes of its UTF-8 text")
    }
    return text
  }

  private static func address(_ bytes: ArraySlice<UInt8>) throws(Refusal) -> String {
    guard !bytes.contains(UInt8(ascii: "@")) else {
      throw Refusal(
        message: "the URI has more than one @", hint: "in token and parameter write @ as %40")
    }
    let host: ArraySlice<UInt8>
    if bytes.first == UInt8(ascii: "[") {
      host = bytes.prefix { $0 != UInt8(ascii: "]") }
      guard host.endIndex < bytes.endIndex, isIPv6(host.dropFirst()) else {
        throw Refusal(
          message: "what stands in brackets is no IPv6 address", hint: "write [ADDRESS]:PORT")
      }
    } else {
      host = bytes.prefix { $0 != UInt8(ascii: ":") }
      guard (1...253).contains(host.count), host.allSatisfy(isHostName) else {
        throw Refusal(
          message: host.isEmpty ? "the host is missing" : "the host is no host name or IP address",
          hint: "write HOST:PORT behind the @")
      }
    }
    let isLiteral = bytes.first == UInt8(ascii: "[")
    let after = bytes[(host.endIndex + (isLiteral ? 1 : 0))...]
    guard after.first == UInt8(ascii: ":") else {
      throw Refusal(message: "the port is missing", hint: "write HOST:PORT behind the @")
    }
    let digits = after.dropFirst()
    guard (1...5).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }),
      let port = Int(String(decoding: digits, as: UTF8.self)), (1...65535).contains(port)
    else {
      throw Refusal(
        message: "the port is no number from 1 to 65535", hint: "write HOST:PORT behind the @")
    }
    return String(decoding: host, as: UTF8.self) + (isLiteral ? "]" : "") + ":\(port)"
  }

  private static var scheme: Refusal {
    Refusal(message: "unsupported joining URI scheme", hint: "write \(shape)")
  }

  private static var tokenMissing: Refusal {
    Refusal(message: "the token is missing", hint: "write \(shape)")
  }

  private static func isIPv6(_ bytes: ArraySlice<UInt8>) -> Bool {
    var address = in6_addr()
    return !bytes.contains(0)
      && inet_pton(AF_INET6, String(decoding: bytes, as: UTF8.self), &address) == 1
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }

  private static func isSchemeWord(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { isLetterOrDigit($0) || $0 == 0x2D || $0 == 0x2E }
  }

  private static func isHostName(_ byte: UInt8) -> Bool {
    isLetterOrDigit(byte) || "-._".utf8.contains(byte)
  }

  /// `unreserved`, `sub-delims` and `:` of RFC 3986, section 3.2.1.
  private static func isUserInformation(_ byte: UInt8) -> Bool {
    isLetterOrDigit(byte) || "-._~!$&'()*+,;=:".utf8.contains(byte)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }
}
