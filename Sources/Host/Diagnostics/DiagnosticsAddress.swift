import Wire

/// Reads `diag_addr` and `--diag-addr`.
enum DiagnosticsAddress {
  /// Nil, with a problem reported, for what is no address.
  static func resolve(
    _ text: Placed<String>, isOneshot: Bool, report: inout ConfigReport
  ) -> ServerAddress? {
    let address: ServerAddress
    do {
      address = try ServerAddress(pagesAt: text.value)
    } catch {
      report.refuse(text.place, "\(text.label) cannot be used: \(error.message)")
      return nil
    }
    if isOneshot {
      report.warn(
        text.place, "\(text.label) counts for an agent that keeps running; this one runs once",
        hint: "remove it")
    } else if !address.isLoopback {
      report.warn(
        text.place,
        "\(text.label) is \(address), which others can reach: whoever does reads the names of services "
          + "and why they fail, without a login",
        hint: "use 127.0.0.1:\(address.port) unless a probe asks from elsewhere")
    }
    return address
  }
}
