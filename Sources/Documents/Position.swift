/// A place in a document. Lines and columns count from 1; a column counts Unicode scalars, so it is
/// what an editor shows.
public struct Position: Sendable, Equatable {
  public var line: Int
  public var column: Int

  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// The position of what was made in memory: line 0, column 0.
  public static var none: Position { Position(line: 0, column: 0) }

  /// Whether this is a place in a text at all.
  public var isKnown: Bool { line > 0 }
}
