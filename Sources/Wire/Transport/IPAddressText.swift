internal import Glibc

/// IP addresses between text and bytes, by the C library's rules.
enum IPAddressText {
  /// The 4 or 16 bytes of an address; nil for a host name.
  static func bytes(_ text: String) -> [UInt8]? {
    var v4 = in_addr()
    if inet_pton(AF_INET, text, &v4) == 1 { return withUnsafeBytes(of: v4) { Array($0) } }
    var v6 = in6_addr()
    if inet_pton(AF_INET6, text, &v6) == 1 { return withUnsafeBytes(of: v6) { Array($0) } }
    return nil
  }

  /// The text of 4 or 16 bytes.
  static func text(_ bytes: [UInt8]) -> String {
    guard bytes.count == 4 || bytes.count == 16 else { return "an unreadable address" }
    let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
      let family = bytes.count == 4 ? AF_INET : AF_INET6
      return inet_ntop(family, bytes, buffer.baseAddress, 64).map { String(cString: $0) }
    }
    return text ?? "an unreadable address"
  }
}
