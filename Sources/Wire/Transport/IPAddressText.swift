internal import Glibc

/// IP addresses between text and bytes, by the C library's rules.
enum IPAddressText {
  /// The 4 or 16 bytes of an address; nil for a host name.
  static func bytes(_ text: String) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 16)
    if inet_pton(AF_INET, text, &bytes) == 1 { return Array(bytes.prefix(4)) }
    return inet_pton(AF_INET6, text, &bytes) == 1 ? bytes : nil
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
