/// Cluster names end up in file names, in host patterns and in shell words, so they are held to what is
/// harmless in all three.
enum ClusterName {
  /// Letters, digits, `.`, `-`, `_`; at most 200 bytes; begins with a letter, a digit or `_`.
  static func isValid(_ name: String) -> Bool {
    let bytes = [UInt8](name.utf8)
    guard let first = bytes.first, bytes.count <= 200, first != 0x2E, first != 0x2D else {
      return false
    }
    return bytes.allSatisfy(isAllowed)
  }

  static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
    default: false
    }
  }
}
