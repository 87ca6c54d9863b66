/// A value together with the place where it begins in its document.
public struct Node: Sendable {
  public var value: Value
  public var position: Position

  public init(_ value: Value, at position: Position = .none) {
    self.value = value
    self.position = position
  }
}

extension Node: Equatable {
  /// Compares the values; where they were written does not matter.
  public static func == (a: Node, b: Node) -> Bool { a.value == b.value }
}
