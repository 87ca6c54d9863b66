/// One file to write.
public struct Artifact: Sendable {
  /// Relative; one component of `A-Z a-z 0-9 . _ -`.
  public var name: String
  public var content: [UInt8]
  /// Holds the private key.
  public var isSecret: Bool

  init(_ name: String, _ content: String, isSecret: Bool = false) {
    self.name = name
    self.content = [UInt8](content.utf8)
    self.isSecret = isSecret
  }
}
