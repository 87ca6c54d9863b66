/// Where the cluster's proxy listens: `host:port`, or `[host]:port` around an IPv6 address.
struct ProxyAddress {
  /// As it was announced.
  let text: String
  /// Without port and brackets, as OpenSSH patterns name it.
  let host: String

  /// Nil unless the host is made of what a name or an address is made of and the port is a port.
  init?(_ text: String) {
    let bytes = [UInt8](text.utf8)
    guard let colon = bytes.lastIndex(of: 0x3A) else { return nil }
    var host = bytes[..<colon]
    let bracketed = host.first == 0x5B && host.last == 0x5D
    if bracketed { host = host.dropFirst().dropLast() }
    guard !host.isEmpty, host.count <= 253, host.first != 0x2D,
      host.allSatisfy({ ClusterName.isAllowed($0) || (bracketed && $0 == 0x3A) })
    else { return nil }
    var port = 0
    for byte in bytes[(colon + 1)...] {
      guard byte >= 0x30, byte <= 0x39, port < 6554 else { return nil }
      port = port * 10 + Int(byte - 0x30)
    }
    guard port > 0, port < 65536 else { return nil }
    self.text = text
    self.host = String(decoding: host, as: UTF8.self)
  }
}
