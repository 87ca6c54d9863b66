/// How large a document may be before it is refused. A document past a limit is an error, never a
/// shortened result.
public struct Limits: Sendable {
  /// The length of the text, in bytes.
  public var maxBytes: Int
  /// How many lists and maps may stand inside each other; the outermost counts as one.
  public var maxDepth: Int

  public init(maxBytes: Int = 1 << 20, maxDepth: Int = 32) {
    self.maxBytes = maxBytes
    self.maxDepth = maxDepth
  }

  /// 1 MiB of text, 32 levels.
  public static var `default`: Limits { Limits() }
}
