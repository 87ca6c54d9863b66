/// Why the authority does not start.
public struct StartupError: Error, Sendable, CustomStringConvertible {
  public var message: String
  public var remedy: String

  public init(_ message: String, remedy: String) {
    self.message = message
    self.remedy = remedy
  }

  public var description: String { "\(message); \(remedy)" }
}
