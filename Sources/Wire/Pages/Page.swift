/// One answer of an HTTP server.
public struct Page: Sendable, Equatable {
  /// HTTP status, such as 200.
  public var status: Int
  /// Media type with its parameters.
  public var contentType: String
  /// The whole body.
  public var body: [UInt8]

  /// Creates an answer.
  public init(status: Int = 200, contentType: String, body: [UInt8]) {
    self.status = status
    self.contentType = contentType
    self.body = body
  }

  /// A JSON document.
  public static func json(_ body: [UInt8], status: Int = 200) -> Page {
    Page(status: status, contentType: "application/json", body: body)
  }

  /// Plain text in UTF-8.
  public static func text(_ text: String, status: Int = 200) -> Page {
    Page(status: status, contentType: "text/plain; charset=utf-8", body: Array(text.utf8))
  }
}

/// What a server says to a path.
public enum PageAnswer: Sendable {
  /// The page, ready.
  case page(Page)
  /// A page that takes a while. The task is cancelled when the client goes away or the time is over.
  case later(@Sendable () async -> Page)
}
