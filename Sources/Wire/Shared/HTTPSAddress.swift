/// The address of a web service: `https://host[:port][/path]`.
public struct HTTPSAddress: Sendable, Hashable {
  public var server: ServerAddress
  /// Empty, or a `/` with something behind it and none at the end.
  public var path: String

  /// Reads an address.
  ///
  /// - Throws: `badParameter` that quotes the text and says what is wrong with it. A query, a fragment, a user
  ///   and a password are refused: nothing of them would be sent.
  public init(parsing text: String) throws(RPCError) {
    guard text.hasPrefix("https://") else {
      throw RPCError(
        .badParameter, "\"\(text)\" is no address of a web service; write https://host:port/path")
    }
    let rest = text.dropFirst("https://".count)
    let host = rest.prefix { $0 != "/" }
    server = try ServerAddress(parsing: String(host), defaultPort: 443)
    var path = String(rest.dropFirst(host.count))
    while path.hasSuffix("/") { path.removeLast() }
    for byte in path.utf8 where byte <= 0x20 || byte >= 0x7F || #"?#\""#.utf8.contains(byte) {
      throw RPCError(
        .badParameter,
        "\"\(text)\" is no address of a web service: its path has a character that a path cannot have"
      )
    }
    self.path = path
  }
}

extension HTTPSAddress: CustomStringConvertible {
  public var description: String { "https://\(server)\(path)" }
}
