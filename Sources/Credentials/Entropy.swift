/// Where serial numbers and nonces come from; tests put in their own.
public struct Entropy: Sendable {
  private let source: @Sendable (Int) -> [UInt8]

  /// - Parameter source: answers a count with that many bytes.
  public init(_ source: @escaping @Sendable (Int) -> [UInt8]) {
    self.source = source
  }

  /// The operating system's random numbers.
  public static let system = Entropy { count in
    var generator = SystemRandomNumberGenerator()
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 8)
    while bytes.count < count {
      withUnsafeBytes(of: generator.next()) { bytes += $0 }
    }
    return Array(bytes.prefix(count))
  }

  func bytes(_ count: Int) -> [UInt8] { source(count) }
}
