/// One entry of a map: the key with the place where it was written, and the value.
public struct Member: Sendable {
  public var key: String
  public var keyPosition: Position
  public var value: Node

  public init(key: String, keyPosition: Position = .none, value: Node) {
    self.key = key
    self.keyPosition = keyPosition
    self.value = value
  }
}
