/// Where to dial: a host name or IP address, and a TCP port.
public struct ServerAddress: Sendable, Hashable {
  /// Host name, IPv4 address, or IPv6 address without brackets.
  public var host: String
  /// TCP port, 1...65535 (0 only for listeners that want a free one).
  public var port: Int

  /// Creates an address from parts that are already known to be good.
  public init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// Reads `host`, `host:port`, `[ipv6]` or `[ipv6]:port`; a leading `https://` is accepted and dropped.
  ///
  /// - Parameters:
  ///   - text: what the user wrote.
  ///   - defaultPort: the port when `text` has none; without a default the port is required.
  /// - Throws: `badParameter` that quotes the text and says what an address looks like.
  public init(parsing text: String, defaultPort: Int? = nil) throws(RPCError) {
    func refuse(_ reason: String) -> RPCError {
      RPCError(.badParameter, "\"\(text)\" is not an address: \(reason); write host:port")
    }
    var rest = Substring(text)
    if rest.hasPrefix("https://") {
      rest.removeFirst(8)
      if rest.hasSuffix("/") { rest.removeLast() }
    }
    var port: Substring?
    if rest.hasPrefix("[") {
      guard let end = rest.firstIndex(of: "]") else { throw refuse("the bracket is not closed") }
      host = String(rest[rest.index(after: rest.startIndex)..<end])
      if !host.contains(":") { throw refuse("only an IPv6 address has brackets") }
      let after = rest[rest.index(after: end)...]
      if after.hasPrefix(":") {
        port = after.dropFirst()
      } else if !after.isEmpty {
        throw refuse("text follows the bracket")
      }
    } else if let colon = rest.lastIndex(of: ":") {
      host = String(rest[..<colon])
      port = rest[rest.index(after: colon)...]
      if host.contains(":") { throw refuse("an IPv6 address needs brackets") }
    } else {
      host = String(rest)
    }
    if host.isEmpty { throw refuse("the host is missing") }
    for byte in host.utf8 where byte <= 0x20 || byte == 0x7F || #"/\[]@?#""#.utf8.contains(byte) {
      throw refuse("the host contains a character that no host name has")
    }
    if let port {
      guard let number = Int(port), (1...65535).contains(number), !port.hasPrefix("+") else {
        throw refuse("the port must be a number from 1 to 65535")
      }
      self.port = number
    } else if let defaultPort {
      self.port = defaultPort
    } else {
      throw refuse("the port is missing")
    }
  }
}

extension ServerAddress: CustomStringConvertible {
  /// `host:port`, with brackets around an IPv6 address.
  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
