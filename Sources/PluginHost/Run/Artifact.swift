/// One file an output rendered.
public struct Artifact: Sendable, Equatable {
  /// Relative name, at most one `/`.
  public var name: String
  public var content: [UInt8]
  /// Holds key material.
  public var isSecret: Bool

  public init(name: String, content: [UInt8], isSecret: Bool) {
    self.name = name
    self.content = content
    self.isSecret = isSecret
  }

  /// Whether a name stays inside its destination: components of 1 to 255 of `[A-Za-z0-9._-]`, none of
  /// them `.` or `..`, at most one `/`.
  static func isLegal(_ name: String) -> Bool {
    let parts = name.utf8.split(separator: 0x2F, omittingEmptySubsequences: false)
    return (1...2).contains(parts.count)
      && parts.allSatisfy { part in
        (1...255).contains(part.count) && !part.elementsEqual(".".utf8)
          && !part.elementsEqual("..".utf8)
          && part.allSatisfy {
            ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x41 && $0 <= 0x5A) || ($0 >= 0x30 && $0 <= 0x39)
              || $0 == 0x2E || $0 == 0x5F || $0 == 0x2D
          }
      }
  }
}
