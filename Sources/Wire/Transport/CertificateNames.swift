/// The names a certificate is made out to (RFC 6125: alternative names only, never the common name).
struct CertificateNames: Equatable {
  /// DNS names, lower case; the first label may be `*`.
  var dns: [String] = []
  /// IP addresses, 4 or 16 bytes each.
  var addresses: [[UInt8]] = []

  /// Creates the names by hand.
  init(dns: [String], addresses: [[UInt8]] = []) {
    self.dns = dns
    self.addresses = addresses
  }

  /// Whether the certificate is made out to `name`.
  ///
  /// A host name matches a DNS name, an IP address matches an IP address, and nothing else: where the connection really went
  /// does not count. `*` stands for exactly one whole first label.
  func match(_ name: String) -> Bool {
    if let address = IPAddressText.bytes(name) { return addresses.contains(address) }
    var wanted = name.lowercased()
    if wanted.hasSuffix(".") { wanted.removeLast() }
    guard !wanted.isEmpty, !wanted.contains("*") else { return false }
    return dns.contains { pattern in
      guard pattern.hasPrefix("*.") else { return pattern == wanted }
      guard let dot = wanted.firstIndex(of: "."), dot != wanted.startIndex else { return false }
      let parent = pattern.dropFirst(2)
      // A wildcard directly below a top-level name would stand for everybody.
      return parent.contains(".") && wanted[wanted.index(after: dot)...] == parent
    }
  }

  /// The names as an operator reads them.
  var texts: [String] { dns + addresses.map(IPAddressText.text) }
}
