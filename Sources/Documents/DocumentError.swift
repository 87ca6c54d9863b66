/// Why a document was refused, and where.
///
/// The message says what was wrong and what to do about it, lower case and without a final period.
/// It quotes at most one key or one character of the document, never a value, because a value may be
/// a secret.
public struct DocumentError: Error, Sendable, Equatable, CustomStringConvertible {
  public var message: String
  public var position: Position

  public init(_ message: String, at position: Position) {
    self.message = message
    self.position = position
  }

  /// `line 3, column 7: message`, or the message alone when there is no position.
  public var description: String {
    guard position.isKnown else { return message }
    return concat(
      "line ", decimal(position.line), ", column ", decimal(position.column), ": ", message)
  }

  public static func == (a: DocumentError, b: DocumentError) -> Bool {
    a.position == b.position && a.message.sameBytes(as: b.message)
  }
}
