import Wire

/// Reads `diag_addr` and `--diag-addr`.
enum DiagnosticsAddress {
  /// Nil, with a problem reported, for what is no address.
  static func resolve(
    _ text: Placed<String>, isOneshot: Bool, report: inout ConfigReport
  ) -> ServerAddress? {
    let address: ServerAddress
    do {
      address = try parse(text.value)
    } catch {
      report.refuse(text.place, "\(text.label) cannot be used: \(error.message)")
      return nil
    }
    if isOneshot {
      report.warn(
        text.place, "\(text.label) counts for an agent that keeps running; this one runs once",
        hint: "remove it")
    } else if !isLoopback(address.host) {
      report.warn(
        text.place,
        "\(text.label) is \(address), which others can reach: whoever does reads the names of services "
          + "and why they fail, without a login",
        hint: "use 127.0.0.1:\(address.port) unless a probe asks from elsewhere")
    }
    return address
  }

  /// `host:port`; without a host it is every address of the machine. A leading `http://` is dropped.
  static func parse(_ text: String) throws(RPCError) -> ServerAddress {
    var rest = Substring(text)
    if rest.hasPrefix("http://") {
      rest.removeFirst(7)
      if rest.hasSuffix("/") { rest.removeLast() }
    }
    if rest.hasPrefix(":") { rest = "0.0.0.0" + rest }
    return try ServerAddress(parsing: String(rest))
  }

  private static func isLoopback(_ host: String) -> Bool {
    host == "localhost" || host == "::1" || host.hasPrefix("127.")
  }
}
