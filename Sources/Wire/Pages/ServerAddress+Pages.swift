extension ServerAddress {
  /// Reads where pages are served: `host:port`, or `:port` for every address of the machine. A leading
  /// `http://` and a slash at the end are dropped.
  ///
  /// - Throws: `badParameter` that quotes the text and says what an address looks like.
  public init(pagesAt text: String) throws(RPCError) {
    var rest = Substring(text)
    if rest.hasPrefix("http://") {
      rest.removeFirst(7)
      if rest.hasSuffix("/") { rest.removeLast() }
    }
    if rest.hasPrefix(":") { rest = "0.0.0.0" + rest }
    try self.init(parsing: String(rest))
  }

  /// Whether only this machine can reach it.
  public var isLoopback: Bool {
    if host == "localhost" || host == "::1" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }
}
