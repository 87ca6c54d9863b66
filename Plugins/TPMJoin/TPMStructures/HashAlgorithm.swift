/// The hash algorithms of names, creation hashes and signatures that both halves accept.
public enum HashAlgorithm: UInt16, Sendable, CaseIterable {
  case sha256 = 0x000B
  case sha384 = 0x000C
  case sha512 = 0x000D

  /// Bytes of a digest.
  public var digestBytes: Int {
    switch self {
    case .sha256: 32
    case .sha384: 48
    case .sha512: 64
    }
  }
}
